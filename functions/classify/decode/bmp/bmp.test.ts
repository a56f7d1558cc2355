import { describe, expect, it } from "vitest";
import { type BmpOptions, bmp } from "../../test-support/bmp.ts";
import { readBmp } from "./bmp.ts";

/** Red, green, blue and alpha of each pixel, row by row. */
async function pixelsOf(file: Buffer): Promise<readonly string[]> {
  const bytes = await readBmp(file, { maxPixels: 1_000 }).image.raw().toBuffer();
  return bytes.toString("hex").match(/.{8}/g) ?? [];
}

const [black, red, green, blue] = ["000000ff", "ff0000ff", "00ff00ff", "0000ffff"] as const;
const skipped = "00000000";
/** Blue, green, red of black, red, green and blue. */
const colours = [
  [0, 0, 0],
  [0, 0, 255],
  [0, 255, 0],
  [255, 0, 0],
];
const palette = colours.map((colour) => [...colour, 0]);

/** A BMP of OS/2: its header has 12 bytes and sides of 16 bits, or 16 bytes and sides of 32 bits. */
function os2(headerBytes: 12 | 16, bitsPerPixel: number, tables: readonly number[], data: readonly number[]): Buffer {
  const header = Buffer.alloc(14 + headerBytes);
  header.write("BM");
  header.writeUInt32LE(header.length + tables.length, 10);
  header.writeUInt32LE(headerBytes, 14);
  const fields = headerBytes === 12 ? [3, 1, 1, bitsPerPixel] : [3, 0, 1, 0, 1, bitsPerPixel];
  for (const [index, field] of fields.entries()) header.writeUInt16LE(field, 18 + index * 2);
  return Buffer.concat([header, Buffer.from(tables), Buffer.from(data)]);
}

describe("headers of OS/2", () => {
  it("of 12 bytes have a palette of three bytes per colour", async () => {
    const file = os2(12, 8, [...colours.flat(), ...new Array<number>(252 * 3).fill(9)], [3, 1, 2, 0]);
    expect(await pixelsOf(file)).toEqual([blue, red, green]);
  });

  it("of 12 bytes and 24 bits have no palette", async () => {
    expect(await pixelsOf(os2(12, 24, [], [0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0]))).toEqual([red, green, blue]);
  });

  it("of 12 bytes with 16 bits per pixel do not exist", () => {
    const file = os2(12, 16, [], [0, 0x7c, 0, 0x7c, 0, 0x7c, 0, 0]);
    const message = expect.stringContaining("16 bits per pixel");
    expect(() => readBmp(file, { maxPixels: 1_000 })).toThrow(
      expect.objectContaining({ code: "UnsupportedImageFormat", message }),
    );
  });

  it("may end after the number of bits", async () => {
    expect(await pixelsOf(os2(16, 24, [], [0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0]))).toEqual([red, green, blue]);
  });
});

const row = (bitsPerPixel: number, width: number, ...data: number[]): Buffer =>
  bmp({ width, height: 1, bitsPerPixel, palette, data: Buffer.from(data) });

describe("pixels of a palette", () => {
  it.each([
    ["1 bit", row(1, 10, 0b01000001, 0b10000000, 0, 0), [black, red, ...Array(5).fill(black), red, red, black]],
    ["2 bits", row(2, 5, 0b00_01_10_11, 0b01_000000, 0, 0), [black, red, green, blue, red]],
    ["4 bits", row(4, 3, 0x12, 0x30, 0, 0), [red, green, blue]],
    ["8 bits", row(8, 3, 3, 2, 1, 0), [blue, green, red]],
  ])("of %s are read from the left, highest bits first", async (_what, file, expected) =>
    expect(await pixelsOf(file)).toEqual(expected),
  );

  it("without a colour are black", async () => expect(await pixelsOf(row(8, 2, 9, 1, 0, 0))).toEqual([black, red]));
});

const runs = (compression: 1 | 2, size: Pick<BmpOptions, "width" | "height">, ...data: number[]): Buffer =>
  bmp({ ...size, bitsPerPixel: compression === 1 ? 8 : 4, compression, palette, data: Buffer.from(data) });

describe("runs", () => {
  it("follow one another in a row, from the bottom row up", async () => {
    const file = runs(1, { width: 4, height: 2 }, 1, 1, 2, 2, 1, 3, 0, 0, 3, 3, 1, 1, 0, 1);
    expect(await pixelsOf(file)).toEqual([blue, blue, blue, red, red, green, green, blue]);
  });

  it("that skip pixels leave them transparent", async () => {
    const file = runs(1, { width: 3, height: 2 }, 1, 1, 0, 2, 1, 1, 1, 2, 0, 1);
    expect(await pixelsOf(file)).toEqual([skipped, skipped, green, red, skipped, skipped]);
  });

  it("of 4 bits alternate between two colours", async () => {
    expect(await pixelsOf(runs(2, { width: 3, height: 1 }, 3, 0x12, 0, 1))).toEqual([red, green, red]);
  });

  it("of 4 bits may write colours out, two per byte, filled to a word", async () => {
    const file = runs(2, { width: 6, height: 1 }, 0, 5, 0x12, 0x32, 0x10, 0, 1, 0x30, 0, 1);
    expect(await pixelsOf(file)).toEqual([red, green, blue, green, red, blue]);
    const short = runs(2, { width: 4, height: 1 }, 0, 3, 0x12, 0x30, 1, 0x10, 0, 1);
    expect(await pixelsOf(short)).toEqual([red, green, blue, red]);
  });
});
