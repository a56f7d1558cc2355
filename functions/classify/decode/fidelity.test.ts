import { describe, expect, it } from "vitest";
import { type BmpOptions, bmp } from "../test-support/bmp.ts";
import { chunk, png } from "../test-support/png.ts";
import { repeated, type TiffField, type TiffOptions, tiff } from "../test-support/tiff.ts";
import { decode } from "./decode.ts";

const rules = { maxPixels: 1_000_000, inputSize: 2 };

/** The colour of a single-colour picture, or the code of its error. */
async function colourOf(bytes: Buffer): Promise<string> {
  return decode(bytes, rules).then(
    ({ pixels }) => [...pixels.subarray(0, 3)].join(),
    (error: { code: string }) => error.code,
  );
}

const u16 = (...values: number[]) => values.flatMap((value) => [value & 255, value >> 8]);
const field = (tag: number, ...values: number[]): TiffField => ({ tag, type: 3, values });
const extra = (...kinds: number[]) => field(338, ...kinds);
const maximum = (...values: number[]) => field(281, ...values);
const format = (...kinds: number[]) => field(339, ...kinds);
const picture = (photometric: number, bits: number[], pixel: number[], ...more: TiffField[]): Buffer => {
  const options: TiffOptions = { width: 4, height: 4, bits, photometric, data: repeated(pixel, 16), more };
  return tiff(options);
};
const bytes = (count: number) => new Array<number>(count).fill(8);
const words = (count: number) => new Array<number>(count).fill(16);

describe("TIFF: samples are interpreted as the file declares", () => {
  it.each<[string, Buffer, string]>([
    ["RGB", picture(2, bytes(3), [200, 10, 20]), "200,10,20"],
    ["RGB and a sample without a meaning", picture(2, bytes(4), [200, 10, 20, 128], extra(0)), "200,10,20"],
    ["RGB and a sample that is not declared", picture(2, bytes(4), [200, 10, 20, 128]), "200,10,20"],
    ["RGB and two without a meaning", picture(2, bytes(5), [200, 10, 20, 128, 9], extra(0, 0)), "200,10,20"],
    ["RGB and five without a meaning", picture(2, bytes(8), [200, 10, 20, 1, 2, 3, 4, 5], extra(0)), "200,10,20"],
    ["RGB with alpha and 200 bands", picture(2, bytes(204), [200, 10, 20, ...bytes(201)], extra(2)), "253,247,247"],
    [
      "RGB of 16 bits and two without a meaning",
      picture(2, words(5), u16(51_400, 2_570, 5_140, 30_000, 9), extra(0, 0)),
      "200,10,20",
    ],
    ["RGB with alpha, on white", picture(2, bytes(4), [200, 10, 20, 0], extra(2)), "255,255,255"],
    ["RGB with alpha and one without a meaning", picture(2, bytes(5), [200, 10, 20, 0, 9], extra(2, 0)), "255,255,255"],
    ["RGB with premultiplied alpha", picture(2, bytes(4), [100, 5, 10, 255], extra(1)), "100,5,10"],
    ["grey and two without a meaning", picture(1, bytes(3), [100, 20, 7], extra(0, 0)), "100,100,100"],
    ["CMYK and one without a meaning", picture(5, bytes(5), [0, 0, 0, 0, 77], extra(0)), "255,255,255"],
    ["white is zero", picture(0, bytes(1), [55]), "200,200,200"],
    [
      "12 bits in 16, as declared by MaxSampleValue",
      picture(2, words(3), u16(4_095, 0, 2_056), maximum(4_095, 4_095, 4_095)),
      "255,0,128",
    ],
    ["16 bits without MaxSampleValue", picture(2, words(3), u16(51_400, 2_570, 5_140)), "200,10,20"],
    ["7 bits in 8, as declared by MaxSampleValue", picture(1, bytes(1), [127], maximum(127)), "255,255,255"],
    ["1 bit in 8, as declared by MaxSampleValue", picture(1, bytes(1), [1], maximum(1)), "255,255,255"],
    ["CIELab of 16 bits", picture(8, words(3), u16(34_883, 20_480, 17_152)), "255,1,1"],
  ])("%s", async (_what, file, colour) => expect(await colourOf(file)).toBe(colour));

  it.each<[string, Buffer, RegExp]>([
    [
      "32-bit integers",
      picture(2, [32, 32, 32], repeated([255], 12).toJSON().data),
      /unsigned integer samples of 32 bits/,
    ],
    ["floats", picture(1, [32], [0, 0, 128, 63], format(3)), /floating-point samples of 32 bits/],
    ["signed bytes", picture(2, bytes(3), [72, 10, 20], format(2, 2, 2)), /signed integer samples of 8 bits/],
    ["signed words", picture(1, words(1), u16(14_135), format(2)), /signed integer samples of 16 bits/],
    ["packed 12 bits", picture(1, [12], [1, 2]), /samples of 12 bits/],
    ["unequal bits", picture(2, [8, 8, 16], [1, 2, 3, 4]), /different numbers of bits/],
    ["CIELab of 8 bits", picture(8, bytes(3), [136, 80, 67]), /CIELab with samples of 8 bits/],
    ["raw sensor data", picture(32_803, bytes(1), [1]), /PhotometricInterpretation/],
    ["YCbCr that is not JPEG", picture(6, bytes(3), [76, 85, 255]), /in YCbCr that is not compressed as JPEG/],
    ["other inks", picture(5, bytes(4), [1, 2, 3, 4], field(332, 2)), /inks other than CMYK/],
  ])("%s are rejected with the reason", async (_what, file, message) => {
    await expect(decode(file, rules)).rejects.toMatchObject({
      code: "UnsupportedImageFormat",
      message: expect.stringMatching(message),
    });
  });
});

describe("PNG", () => {
  const options = { width: 2, height: 1, bits: 8, data: Buffer.from([0, 200, 10, 20, 200, 10, 20]) } as const;

  it("in Apple's form, whose colours are swapped and premultiplied, is refused by name", async () => {
    const file = png({ ...options, colour: 2, more: [chunk("CgBI", Buffer.from([0x50, 0, 0x20, 2]))] });
    await expect(decode(file, rules)).rejects.toMatchObject({
      code: "UnsupportedImageFormat",
      message: expect.stringContaining("CgBI"),
    });
  });

  it("of 16 bits whose colour is transparent lies on white", async () => {
    const data = Buffer.from([0, 200, 200, 10, 10, 20, 20, 200, 200, 10, 10, 20, 20]);
    const transparent = chunk("tRNS", Buffer.from([200, 200, 10, 10, 20, 20]));
    expect(await colourOf(png({ ...options, bits: 16, colour: 2, data, more: [transparent] }))).toBe("255,255,255");
  });
});

const masks = [0xff0000, 0xff00, 0xff, 0xff000000] as const;
const square = (options: Partial<BmpOptions> & Pick<BmpOptions, "data">): Buffer =>
  bmp({ width: 2, height: 2, bitsPerPixel: 32, ...options });
const red = (alpha: number) => repeated([0, 0, 255, alpha], 4);

describe("BMP: alpha, masks, and headers of every version", () => {
  it.each<[string, Buffer, string]>([
    ["V1, its fourth byte empty", square({ data: red(0) }), "255,0,0"],
    ["V2 with masks", square({ data: red(0), headerBytes: 52, compression: 3, masks }), "255,0,0"],
    ["V3, alpha zero everywhere", square({ data: red(0), headerBytes: 56, compression: 3, masks }), "255,0,0"],
    ["V4, alpha zero everywhere", square({ data: red(0), headerBytes: 108, compression: 3, masks }), "255,0,0"],
    ["V5, alpha zero everywhere", square({ data: red(0), headerBytes: 124, compression: 3, masks }), "255,0,0"],
    [
      "V5, half transparent, on white",
      square({ data: red(128), headerBytes: 124, compression: 3, masks }),
      "255,127,127",
    ],
    [
      "V4 without a mask for alpha",
      square({ data: red(7), headerBytes: 108, compression: 3, masks: [masks[0], masks[1], masks[2], 0] }),
      "255,0,0",
    ],
    ["16 bits, 5 per colour", square({ data: repeated([0, 0x7c], 4), bitsPerPixel: 16 }), "255,0,0"],
    [
      "16 bits, 5, 6 and 5",
      square({ data: repeated([0xe0, 0x07], 4), bitsPerPixel: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f, 0] }),
      "0,255,0",
    ],
    ["reserved bytes that are not 0", square({ data: red(0), reserved: 0x01020304 }), "255,0,0"],
    [
      "a palette of 2 bits",
      square({
        data: repeated([0b01010000, 0, 0, 0], 2),
        bitsPerPixel: 2,
        palette: [
          [0, 0, 0, 0],
          [255, 0, 0, 0],
        ],
      }),
      "0,0,255",
    ],
  ])("%s", async (_what, file, colour) => expect(await colourOf(file)).toBe(colour));

  const blue = [[255, 0, 0, 0]];
  const runs = (...data: number[]) =>
    square({ bitsPerPixel: 8, compression: 1, data: Buffer.from(data), palette: blue });
  it.each<[string, Buffer]>([
    ["with the ends of both lines and of the bitmap", runs(2, 0, 0, 0, 2, 0, 0, 0, 0, 1)],
    ["without the end of the last line", runs(2, 0, 0, 0, 2, 0, 0, 1)],
    ["without the end of the bitmap", runs(2, 0, 0, 0, 2, 0, 0, 0)],
    ["with neither", runs(2, 0, 0, 0, 2, 0)],
    ["with lines beyond the last", runs(2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1)],
    ["with runs longer than a line", runs(9, 0, 0, 0, 9, 0, 0, 1)],
    ["with colours written out, filled to a word", runs(0, 3, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1)],
    [
      "of 4 bits",
      square({ bitsPerPixel: 4, compression: 2, data: Buffer.from([2, 0, 0, 0, 2, 0, 0, 1]), palette: blue }),
    ],
  ])("runs %s decode to the whole picture", async (_what, file) => expect(await colourOf(file)).toBe("0,0,255"));

  it("truncated runs are CorruptImage", async () =>
    expect(await colourOf(runs(2, 0, 0, 0, 1, 0))).toBe("CorruptImage"));

  it.each([
    ["a compression of OS/2", square({ data: red(0), compression: 4 })],
    ["an embedded JPEG", square({ data: red(0), compression: 5 })],
    ["64 bits", square({ data: red(0), bitsPerPixel: 64 })],
  ])("%s is rejected as unsupported", async (_what, file) =>
    expect(await colourOf(file)).toBe("UnsupportedImageFormat"),
  );
});

describe("sharp's pixel limit", () => {
  it("is the stack's limit if that is larger", async () => {
    const [width, height] = [20_000, 14_000];
    const file = png({ width, height, bits: 1, colour: 0, data: Buffer.alloc((width / 8 + 1) * height) });
    expect((await decode(file, { ...rules, maxPixels: 300_000_000 })).width).toBe(width);
  });
});
