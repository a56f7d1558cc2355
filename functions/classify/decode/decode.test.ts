import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { decode } from "./decode.ts";

const rules = { maxPixels: 1_000_000, inputSize: 8 };

/** A picture with a red left half and a blue right half, so that the result shows orientation and colours. */
function picture(width = 40, height = 20, channels: 3 | 4 = 3, alpha = 255): Sharp {
  const pixels = Buffer.alloc(width * height * channels);
  for (let place = 0; place < width * height; place++) {
    const left = place % width < width / 2;
    pixels.set([left ? 255 : 0, 0, left ? 0 : 255, alpha].slice(0, channels), place * channels);
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

/** Colour of a pixel of the decoded square, rounded so that lossy formats agree. */
function colourAt(pixels: Buffer, x: number, y: number): string {
  const at = (y * rules.inputSize + x) * 3;
  return [...pixels.subarray(at, at + 3)].map((value) => (value > 200 ? "f" : value < 60 ? "0" : "?")).join("");
}

function rednessAt(pixels: Buffer, x: number, y: number): number {
  const at = (y * rules.inputSize + x) * 3;
  return pixels.readUInt8(at) - pixels.readUInt8(at + 2);
}

async function outcome(bytes: Buffer, changed: Partial<typeof rules> = {}): Promise<string> {
  return decode(bytes, { ...rules, ...changed }).then(
    () => "decoded",
    (error: { code: string }) => error.code,
  );
}

describe("formats", () => {
  it.each([
    ["JPEG", () => picture().jpeg()],
    ["progressive JPEG", () => picture().jpeg({ progressive: true })],
    ["PNG", () => picture().png()],
    ["interlaced PNG", () => picture().png({ progressive: true })],
    ["16-bit PNG", () => picture().toColourspace("rgb16").png()],
    ["palette PNG", () => picture().png({ palette: true })],
    ["WebP", () => picture().webp({ lossless: true })],
    ["GIF", () => picture().gif()],
    ["AVIF", () => picture().avif({ lossless: true })],
    ["TIFF", () => picture().tiff({ compression: "lzw" })],
    ["CMYK TIFF", () => picture().toColourspace("cmyk").tiff()],
  ])("%s returns its size and RGB pixels", async (_name, make) => {
    const { width, height, pixels } = await decode(await make().toBuffer(), rules);
    expect([width, height, pixels.length]).toEqual([40, 20, 8 * 8 * 3]);
    // CMYK has no pure red and blue, so only the stronger of the two is compared.
    expect([rednessAt(pixels, 0, 4) > 60, rednessAt(pixels, 7, 4) < -60]).toEqual([true, true]);
  });

  it("BMP, bottom row first as it is stored", async () => {
    const { width, height, pixels } = await decode(bitmap(2, 2, [0, 0, 255, 255, 0, 0, 0, 0, 0, 255, 0, 0]), rules);
    expect([width, height]).toEqual([2, 2]);
    expect([colourAt(pixels, 0, 7), colourAt(pixels, 7, 7), colourAt(pixels, 7, 0)]).toEqual(["f00", "00f", "00f"]);
  });

  it("greyscale becomes three equal channels", async () => {
    const { pixels } = await decode(await picture().greyscale().png().toBuffer(), rules);
    expect(pixels[0]).toBe(pixels[1]);
    expect(pixels[1]).toBe(pixels[2]);
  });

  it("an animation returns its first frame", async () => {
    const frames = await sharp([await picture().png().toBuffer(), await picture().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const { height, pixels } = await decode(frames, rules);
    expect(height).toBe(20);
    expect(colourAt(pixels, 0, 4)).toBe("f00");
  });
});

describe("what the model sees", () => {
  it.each([
    [1, "f00", "00f"],
    [2, "00f", "f00"],
    [3, "00f", "f00"],
    [4, "f00", "00f"],
  ])("EXIF orientation %i is rotated upright", async (orientation, left, right) => {
    const { width, height, pixels } = await decode(await rotated(orientation), rules);
    expect([width, height]).toEqual([40, 20]);
    expect([colourAt(pixels, 0, 4), colourAt(pixels, 7, 4)]).toEqual([left, right]);
  });

  it.each([
    [5, "f00", "00f"],
    [6, "f00", "00f"],
    [7, "00f", "f00"],
    [8, "00f", "f00"],
  ])("EXIF orientation %i also swaps width and height", async (orientation, top, bottom) => {
    const { width, height, pixels } = await decode(await rotated(orientation), rules);
    expect([width, height]).toEqual([20, 40]);
    expect([colourAt(pixels, 4, 0), colourAt(pixels, 4, 7)]).toEqual([top, bottom]);
  });

  it("transparency is composited onto white", async () => {
    const { pixels } = await decode(await picture(40, 20, 4, 0).png().toBuffer(), rules);
    expect(new Set(pixels)).toEqual(new Set([255]));
  });

  it("a wide-gamut profile is converted to sRGB, not ignored", async () => {
    const green = sharp({ create: { width: 9, height: 9, channels: 3, background: { r: 60, g: 180, b: 60 } } });
    const wide = await green.clone().withIccProfile("p3").png().toBuffer();
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
    const { pixels } = await decode(wide, rules);
    expect(Math.abs((stored[0] ?? 0) - 60)).toBeGreaterThan(10);
    expect(Math.abs((pixels[0] ?? 0) - 60)).toBeLessThan(4);
  });
});

describe("limits, before a pixel is decoded", () => {
  it.each([
    ["a size above the limit", async () => picture(1_001, 1_000).png().toBuffer(), "TooManyPixels"],
    ["a size at the limit", async () => picture(1_000, 1_000).png().toBuffer(), "decoded"],
    [
      "a BMP that declares a giant",
      async () => bitmap(2, 2, [], { width: 3_000_000, height: 2_000_000 }),
      "TooManyPixels",
    ],
    ["a BMP without a size", async () => bitmap(2, 2, [], { width: 0, height: 2 }), "CorruptImage"],
    ["a BMP without its pixels", async () => bitmap(2, 2, []), "CorruptImage"],
    ["a PNG cut in half", async () => (await noise().png().toBuffer()).subarray(0, 2_000), "CorruptImage"],
    ["a JPEG cut in half", async () => (await noise().jpeg().toBuffer()).subarray(0, 2_000), "CorruptImage"],
    ["a PNG header alone", async () => Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "CorruptImage"],
    ["an SVG", async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "UnsupportedImageFormat"],
    ["text", async () => Buffer.from("hello"), "NotAnImage"],
  ])("%s: %s", async (_what, make, expected) => {
    expect(await outcome(await make())).toBe(expected);
  });

  it("rejects an interlaced picture that needs too much memory, although its pixel count is allowed", async () => {
    const large = sharp({ create: { width: 10_000, height: 9_500, channels: 3, background: "red" } });
    const interlaced = await large.clone().png({ progressive: true, compressionLevel: 1 }).toBuffer();
    expect(await outcome(interlaced, { maxPixels: 100_000_000 })).toBe("TooManyPixels");
  });
});

function noise(): Sharp {
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 256;
  };
  const pixels = Buffer.from(Array.from({ length: 100 * 100 * 3 }, next));
  return sharp(pixels, { raw: { width: 100, height: 100, channels: 3 } });
}

async function rotated(orientation: number): Promise<Buffer> {
  return picture().withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
}

/** A 24-bit BMP with the given BGR rows (each padded to four bytes), optionally with another size in its header. */
function bitmap(width: number, height: number, bgr: readonly number[], declared = { width, height }): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + (bgr.length > 0 ? row * height : 0));
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(declared.width, 18);
  bytes.writeInt32LE(declared.height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bgr.forEach((value, place) => {
    bytes[54 + Math.floor(place / (width * 3)) * row + (place % (width * 3))] = value;
  });
  return bytes;
}
