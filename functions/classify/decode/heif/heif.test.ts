import { describe, expect, it } from "vitest";
import { avif, box, grid, sequenceHeader } from "../../test-support/avif.ts";
import { prepareAvif } from "./heif.ts";
import { readHeif } from "./heif-boxes.ts";

const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const u32 = (...values: number[]) => Buffer.concat(values.map((value) => u16(value >>> 16, value & 0xffff)));
const versioned = (type: string, version: number, ...content: readonly Uint8Array[]) =>
  box(type, u32(version << 24), ...content);

/** The boxes of a file whose items have identifiers of 32 bits (`wide`) or 16 bits. */
function file(wide: boolean, iloc: Buffer): Buffer {
  const id = wide ? u32 : u16;
  const entry = (number: number, type: string) =>
    versioned("infe", wide ? 3 : 2, id(number), u16(0), Buffer.from(`${type}\0`, "latin1"));
  return box(
    "meta",
    u32(0),
    versioned("pitm", wide ? 1 : 0, id(7)),
    versioned("iinf", 0, u16(2), entry(7, "av01"), entry(9, "Exif")),
    iloc,
    versioned("iref", wide ? 1 : 0, box("dimg", id(7), u16(1), id(9))),
    box("iprp", box("ipco", box("av1C", u32(1)), box("ispe", u32(2)))),
    box("idat", Buffer.from("the items' data")),
  );
}

describe("the boxes of a HEIF file", () => {
  it("have identifiers of 16 bits, and offsets and lengths of 32 bits", () => {
    const bytes = file(false, versioned("iloc", 0, u16(0x4400), u16(1), u16(7, 0, 1), u32(3, 5)));
    const heif = readHeif(bytes);
    expect(heif?.primary).toBe(7);
    expect([...(heif?.items ?? [])].map(([id, { type, extents }]) => [id, type, extents])).toEqual([
      [7, "av01", [{ start: 3, end: 8 }]],
      [9, "Exif", []],
    ]);
    expect(heif?.references).toEqual([{ type: "dimg", from: 7, to: [9] }]);
    expect(heif?.properties.map(({ type }) => type)).toEqual(["av1C", "ispe"]);
  });

  it("have identifiers of 32 bits, offsets from a base in the item data, an index, and lengths of 0 up to the end", () => {
    const extents = [u16(1, 1, 4), u16(2, 6, 0)];
    const location = Buffer.concat([u32(7), u16(1), u16(0), u32(2), u16(2), ...extents]);
    const bytes = file(true, versioned("iloc", 2, u16(0x2242), u32(1), location));
    const heif = readHeif(bytes);
    const data = bytes.indexOf("the items' data");
    expect(heif?.primary).toBe(7);
    expect([...(heif?.items ?? [])].map(([id, item]) => [id, item.type, item.extents])).toEqual([
      [
        7,
        "av01",
        [
          { start: data + 3, end: data + 7 },
          { start: data + 8, end: bytes.length },
        ],
      ],
      [9, "Exif", []],
    ]);
    expect(heif?.references).toEqual([{ type: "dimg", from: 7, to: [9] }]);
  });
});

describe("the pixels of an AVIF", () => {
  const small = Buffer.concat([Buffer.from([0, 0, 0, 0]), u16(300, 200)]);
  const overlay = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(8), u32(70_000, 300)]);
  it.each([
    ["a grid with sides of 16 bits", "grid", small, 300 * 200],
    ["a grid with sides of 32 bits", "grid", grid(1, 1, 70_000, 300), 70_000 * 300],
    ["an overlay with sides of 32 bits", "iovl", overlay, 70_000 * 300],
    ["a picture", "av01", sequenceHeader(640, 480), 640 * 480],
  ] as const)("are counted by its headers: %s", (_what, type, data, pixels) => {
    const message = expect.stringContaining(`decodes ${pixels} pixels in all its parts`);
    expect(() => prepareAvif(avif([{ id: 1, type, data }]), { maxPixels: 1 })).toThrow(
      expect.objectContaining({ code: "TooManyPixels", message }),
    );
  });

  it("include the size that its properties announce", () => {
    const file = avif(
      [{ id: 1, type: "av01", data: sequenceHeader(8, 8) }],
      Buffer.concat([u32(0), sequenceHeader(90, 70)]),
    );
    expect(() => prepareAvif(file, { maxPixels: 1 })).toThrow(/decodes 6300 pixels/);
  });
});
