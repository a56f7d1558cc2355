import { deflateSync } from "node:zlib";
import { repeated, type TiffField, tiff } from "../../../../functions/classify/test-support/tiff.ts";
import type { MadeFile } from "./made-file.ts";

const field = (tag: number, type: number, ...values: number[]): TiffField => ({ tag, type, values });
const long = 4;
const short = 3;
const rgb = (width: number, height: number, ...more: TiffField[]) => ({
  width,
  height,
  bits: [8, 8, 8],
  photometric: 2,
  data: repeated([1, 2, 3], 16),
  more,
});
export const tiffs: readonly MadeFile[] = [
  { name: "one line is the picture, in TIFF", expected: "TooManyPixels", make: () => tiff(rgb(30_000_000, 1)) },
  { name: "one column is the picture, in TIFF", expected: "TooManyPixels", make: () => tiff(rgb(1, 30_000_000)) },
  { name: "TIFF that is a giant", expected: "TooManyPixels", make: () => tiff(rgb(4_000_000_000, 4_000_000_000)) },
  {
    name: "TIFF with 65,535 samples per pixel",
    expected: "TooManyPixels",
    make: () => tiff(rgb(1_000, 1_000, field(277, short, 65_535))),
  },
  {
    name: "tiles larger than the picture",
    expected: "TooManyPixels",
    make: () => tiff(rgb(64, 64, field(322, long, 65_536), field(323, long, 65_536))),
  },
  {
    name: "a directory that is its own next",
    expected: "decoded",
    make: () => tiff({ ...rgb(4, 4), data: repeated([1, 2, 3], 16), next: 56 }),
  },
  { name: "200,000 directories", expected: "decoded", make: () => manyDirectories(200_000) },
  {
    name: "a strip that lies outside",
    expected: "CorruptImage",
    make: () => tiff(rgb(4, 4, field(273, long, 4_000_000_000))),
  },
  {
    name: "a strip of 4 GB",
    expected: "CorruptImage",
    make: () => tiff(rgb(4_000, 4_000, field(279, long, 4_000_000_000))),
  },
  {
    name: "80 megapixels of one row per strip, all the same",
    expected: "CorruptImage",
    make: () => tiff(rgb(9_000, 9_000, field(278, long, 1))),
  },
  {
    name: "floating-point samples",
    expected: "UnsupportedImageFormat",
    make: () => tiff(rgb(4, 4, field(339, short, 3, 3, 3))),
  },
  {
    name: "32-bit samples",
    expected: "UnsupportedImageFormat",
    make: () => tiff({ ...rgb(2, 2), bits: [32, 32, 32] }),
  },
  {
    name: "old-style JPEG",
    expected: "CorruptImage",
    make: () => tiff(rgb(4, 4, field(259, short, 6), field(513, long, 8), field(514, long, 48))),
  },
  {
    name: "YCbCr that is not JPEG",
    expected: "UnsupportedImageFormat",
    make: () => tiff({ ...rgb(4, 4), photometric: 6 }),
  },
  {
    name: "five bands",
    expected: "decoded",
    make: () =>
      tiff({
        width: 2,
        height: 2,
        bits: [8, 8, 8, 8, 8],
        photometric: 2,
        data: repeated([1, 2, 3, 4, 5], 4),
        more: [field(338, short, 0, 0)],
      }),
  },
  {
    name: "deflated to a thousandth",
    expected: "decoded",
    make: () => {
      const data = deflateSync(Buffer.alloc(200_000_000));
      return tiff({ ...rgb(64, 64, field(259, short, 8)), data });
    },
  },
];

function manyDirectories(count: number): Buffer {
  const first = tiff({ ...rgb(4, 4), next: 1_000 });
  const chain = Buffer.alloc(count * 18);
  for (let at = 0; at < count; at++) {
    chain.writeUInt16LE(1, at * 18);
    chain.writeUInt16LE(256, at * 18 + 2);
    chain.writeUInt16LE(3, at * 18 + 4);
    chain.writeUInt32LE(1, at * 18 + 6);
    chain.writeUInt32LE(at + 1 < count ? 1_000 + (at + 1) * 18 : 0, at * 18 + 14);
  }
  return Buffer.concat([first, Buffer.alloc(1_000 - first.length), chain]);
}
