import { deflateSync } from "node:zlib";
import { chunk, png } from "../../../../functions/classify/test-support/png.ts";
import { tangledExif } from "./exif.ts";
import type { MadeFile } from "./made-file.ts";

const row = (width: number, perPixel: number) => Buffer.alloc(Math.ceil(width * perPixel) + 1);
const rows = (width: number, height: number, perPixel: number) =>
  Buffer.alloc((Math.ceil(width * perPixel) + 1) * height);
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
    name: "pixels that inflate to a hundred times the picture",
    expected: "decoded",
    make: () => png({ width: 80, height: 80, bits: 8, colour: 2, data: Buffer.alloc(200_000_000) }),
  },
];
