import { deflateSync } from "node:zlib";
import { repeated, type TiffField, tiff } from "../../../../functions/classify/test-support/tiff.ts";
import { withFrames, withScans } from "./jpeg-segments.ts";
import { type MadeFile, photo, side } from "./made-file.ts";

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
    name: "signed samples",
    expected: "UnsupportedImageFormat",
    make: () => tiff(rgb(4, 4, field(339, short, 2, 2, 2))),
  },
  {
    name: "CIELab of 8 bits",
    expected: "UnsupportedImageFormat",
    make: () => tiff({ ...rgb(4, 4), photometric: 8 }),
  },
  {
    name: "unequal bits",
    expected: "UnsupportedImageFormat",
    make: () => tiff({ ...rgb(2, 2), bits: [8, 8, 16] }),
  },
  {
    name: "packed samples of 12 bits",
    expected: "UnsupportedImageFormat",
    make: () => tiff({ ...rgb(4, 4), bits: [12], photometric: 1 }),
  },
  {
    name: "200 extra samples of kind 0",
    expected: "decoded",
    make: () =>
      tiff({
        width: 2,
        height: 2,
        bits: new Array<number>(203).fill(8),
        photometric: 2,
        data: Buffer.alloc(4 * 203, 9),
        more: [field(338, short, ...new Array<number>(200).fill(0))],
      }),
  },
  {
    name: "a MaxSampleValue of zero",
    expected: "decoded",
    make: () => tiff(rgb(4, 4, field(281, short, 0, 0, 0))),
  },
  {
    name: "a subdirectory and an EXIF directory that are the first",
    expected: "decoded",
    make: () => tiff(rgb(4, 4, field(330, long, 56), field(34_665, long, 56))),
  },
  {
    name: "a profile of 4 GB",
    expected: "decoded",
    make: () => claiming(tiff(rgb(4, 4, field(34_675, 7, 1, 2, 3, 4))), 34_675),
  },
  {
    name: "JPEG with 1,000 scans in TIFF",
    expected: "CorruptImage",
    make: async () => jpegInTiff(withScans(await photo().jpeg().toBuffer(), 1_000)),
  },
  {
    name: "JPEG that is a giant in TIFF",
    expected: "CorruptImage",
    make: async () => jpegInTiff(withFrames(await photo().jpeg().toBuffer(), 60_000, 60_000, true)),
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

/** The photo as the only strip of a TIFF. */
function jpegInTiff(jpeg: Buffer): Buffer {
  return tiff({
    width: side,
    height: side,
    bits: [8, 8, 8],
    photometric: 6,
    data: jpeg,
    more: [field(259, short, 7), field(530, short, 2, 2)],
  });
}

/** Sets the number of values of a field to 4 billion. */
function claiming(file: Buffer, tag: number): Buffer {
  const directory = file.readUInt32LE(4);
  for (let entry = 0; entry < file.readUInt16LE(directory); entry++) {
    const at = directory + 2 + entry * 12;
    if (file.readUInt16LE(at) === tag) file.writeUInt32LE(0xffffffff, at + 4);
  }
  return file;
}

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
