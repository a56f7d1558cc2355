import { deflateSync } from "node:zlib";
import { chunk, png } from "../../../../functions/classify/test-support/png.ts";
import { tangledExif } from "./exif.ts";
import type { MadeFile } from "./made-file.ts";

const row = (width: number, perPixel: number) => Buffer.alloc(Math.ceil(width * perPixel) + 1);
const rows = (width: number, height: number, perPixel: number) =>
  Buffer.alloc((Math.ceil(width * perPixel) + 1) * height);
/** A gamma in units of 1 / 100,000. */
const gamma = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return chunk("gAMA", data);
};
const small = (...more: readonly Buffer[]): Buffer =>
  png({ width: 8, height: 8, bits: 8, colour: 2, data: rows(8, 8, 3), more });

export const pngs: readonly MadeFile[] = [
  {
    name: "one line is the picture, RGBA of 8 bits",
    expected: "TooManyPixels",
    make: () => png({ width: 16_700_000, height: 5, bits: 8, colour: 6, data: rows(16_700_000, 5, 4) }),
  },
  {
    name: "one line is the picture, RGBA of 16 bits",
    expected: "TooManyPixels",
    make: () => png({ width: 8_000_000, height: 4, bits: 16, colour: 6, data: rows(8_000_000, 4, 8) }),
  },
  {
    name: "one line is the picture, grey of 1 bit",
    expected: "TooManyPixels",
    make: () => png({ width: 99_000_000, height: 1, bits: 1, colour: 0, data: row(99_000_000, 1 / 8) }),
  },
  {
    name: "one column is the picture",
    expected: "TooManyPixels",
    make: () => png({ width: 1, height: 20_000_000, bits: 8, colour: 0, data: rows(1, 20_000_000, 1) }),
  },
  {
    name: "as wide as is allowed",
    expected: "decoded",
    make: () => png({ width: 65_535, height: 300, bits: 16, colour: 6, data: rows(65_535, 300, 8) }),
  },
  {
    name: "as high as is allowed",
    expected: "decoded",
    make: () => png({ width: 300, height: 65_535, bits: 16, colour: 6, data: rows(300, 65_535, 8) }),
  },
  {
    name: "a declared giant",
    expected: "TooManyPixels",
    make: () => png({ width: 2_000_000_000, height: 2_000_000_000, bits: 16, colour: 6, data: row(9, 8) }),
  },
  {
    name: "interlaced, 95 megapixels",
    expected: "TooManyPixels",
    make: () => png({ width: 10_000, height: 9_500, bits: 8, colour: 2, interlaced: true, data: row(9, 3) }),
  },
  {
    name: "text that inflates to 200 MB",
    expected: "decoded",
    make: () =>
      png({
        width: 8,
        height: 8,
        bits: 8,
        colour: 2,
        data: rows(8, 8, 3),
        more: [chunk("zTXt", Buffer.concat([Buffer.from("t\0\0"), deflateSync(Buffer.alloc(200_000_000))]))],
      }),
  },
  {
    name: "100,000 texts",
    expected: "decoded",
    make: () =>
      png({
        width: 8,
        height: 8,
        bits: 8,
        colour: 2,
        data: rows(8, 8, 3),
        more: new Array(100_000).fill(chunk("tEXt", Buffer.from("k\0value"))),
      }),
  },
  {
    name: "a profile that inflates to 100 MB",
    expected: "decoded",
    make: () =>
      png({
        width: 8,
        height: 8,
        bits: 8,
        colour: 2,
        data: rows(8, 8, 3),
        more: [chunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), deflateSync(Buffer.alloc(100_000_000))]))],
      }),
  },
  {
    name: "EXIF whose directories point into each other, in PNG",
    expected: "decoded",
    make: () =>
      png({
        width: 8,
        height: 8,
        bits: 8,
        colour: 2,
        data: rows(8, 8, 3),
        more: [chunk("eXIf", tangledExif(5_000).subarray(10))],
      }),
  },
  {
    name: "a profile that inflates to 100 MB, of 16 bits in grey",
    expected: "decoded",
    make: () =>
      png({
        width: 8,
        height: 8,
        bits: 16,
        colour: 0,
        data: rows(8, 8, 2),
        more: [chunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), deflateSync(Buffer.alloc(100_000_000))]))],
      }),
  },
  {
    name: "another gamma, 16 bits, as wide as is allowed",
    expected: "decoded",
    make: () =>
      png({ width: 65_535, height: 300, bits: 16, colour: 0, data: rows(65_535, 300, 2), more: [gamma(100_000)] }),
  },
  { name: "a gamma of 1 / 100,000", expected: "decoded", make: () => small(gamma(1)) },
  { name: "a gamma of 42,949", expected: "decoded", make: () => small(gamma(0xffffffff)) },
  {
    name: "100,000 gammas",
    expected: "decoded",
    make: () => small(Buffer.alloc(16 * 100_000, gamma(100_000))),
  },
  {
    name: "primaries that divide by zero",
    expected: "decoded",
    make: () => small(gamma(100_000), chunk("cHRM", Buffer.alloc(32))),
  },
  {
    name: "primaries that divide by almost zero",
    expected: "decoded",
    make: () => small(gamma(100_000), chunk("cHRM", Buffer.alloc(32, Buffer.from([0, 0, 0, 1])))),
  },
  {
    name: "HDR by number (cICP)",
    expected: "UnsupportedImageFormat",
    make: () => small(chunk("cICP", Buffer.from([9, 16, 0, 1]))),
  },
  {
    name: "200,000 empty pieces of pixels",
    expected: "decoded",
    make: () => small(Buffer.alloc(12 * 200_000, chunk("IDAT", Buffer.alloc(0)))),
  },
  {
    name: "50,000 frames of an APNG",
    expected: "decoded",
    make: () =>
      small(
        chunk("acTL", Buffer.from([0, 0, 0xc3, 0x50, 0, 0, 0, 0])),
        ...new Array<Buffer>(50_000).fill(chunk("fdAT", Buffer.alloc(64))),
      ),
  },
  {
    name: "a palette of 20 MB, which nothing uses",
    expected: "decoded",
    make: () => small(chunk("PLTE", Buffer.alloc(20_000_001))),
  },
  {
    name: "Apple's own form",
    expected: "UnsupportedImageFormat",
    make: () => small(chunk("CgBI", Buffer.from([0x50, 0, 0x20, 2]))),
  },
  {
    name: "a chunk that claims 2 GB",
    expected: "CorruptImage",
    make: () => {
      const file = small();
      file.writeUInt32BE(0x7fffffff, 33);
      return file;
    },
  },
  {
    name: "pixels that inflate to a hundred times the picture",
    expected: "decoded",
    make: () => png({ width: 80, height: 80, bits: 8, colour: 2, data: Buffer.alloc(200_000_000) }),
  },
];
