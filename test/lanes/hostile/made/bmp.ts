import { bmp } from "../../../../functions/classify/test-support/bmp.ts";
import { repeated } from "../../../../functions/classify/test-support/tiff.ts";
import type { MadeFile } from "./made-file.ts";

export const bmps: readonly MadeFile[] = [
  {
    name: "one line is the picture, in BMP",
    expected: "TooManyPixels",
    make: () =>
      bmp({ width: 8_000_000, height: 1, bitsPerPixel: 1, data: Buffer.alloc(1_000_000), palette: [[0, 0, 0, 0]] }),
  },
  {
    name: "BMP that is a giant",
    expected: "TooManyPixels",
    make: () => bmp({ width: 2_000_000_000, height: -2_000_000_000, bitsPerPixel: 32, data: Buffer.alloc(8) }),
  },
  {
    name: "runs for 90 megapixels in no bytes",
    expected: "TooManyPixels",
    make: () => bmp({ width: 9_500, height: 9_500, bitsPerPixel: 8, compression: 1, data: Buffer.from([0, 1]) }),
  },
  {
    name: "30 megapixels of runs that jump to the end",
    expected: "decoded",
    make: () =>
      bmp({
        width: 5_500,
        height: 5_500,
        bitsPerPixel: 8,
        compression: 1,
        data: Buffer.from([0, 1]),
        palette: [[0, 0, 0, 0]],
      }),
  },
  {
    name: "20 MB of jumps",
    expected: "CorruptImage",
    make: () =>
      bmp({
        width: 100,
        height: 65_000,
        bitsPerPixel: 8,
        compression: 1,
        data: Buffer.alloc(20_000_000, Buffer.from([0, 2, 0, 0])),
        palette: [[0, 0, 0, 0]],
      }),
  },
  {
    name: "20 MB of runs in one line",
    expected: "CorruptImage",
    make: () =>
      bmp({
        width: 100,
        height: 100,
        bitsPerPixel: 8,
        compression: 1,
        data: Buffer.alloc(20_000_000, Buffer.from([255, 0])),
        palette: [[0, 0, 0, 0]],
      }),
  },
  {
    name: "BMP whose palette lies outside",
    expected: "CorruptImage",
    make: () => bmp({ width: 2, height: 2, bitsPerPixel: 8, data: Buffer.alloc(4) }),
  },
  {
    name: "BMP with an embedded PNG",
    expected: "UnsupportedImageFormat",
    make: () => bmp({ width: 2, height: 2, bitsPerPixel: 0, compression: 5, data: Buffer.alloc(4) }),
  },
  {
    name: "BMP whose palette claims 4 billion colours",
    expected: "CorruptImage",
    make: () => {
      const file = bmp({ width: 2, height: 2, bitsPerPixel: 8, data: Buffer.alloc(8), palette: [[0, 0, 0, 0]] });
      file.writeUInt32LE(0xffffffff, 46);
      return file;
    },
  },
  {
    name: "BMP whose pixels begin beyond its end",
    expected: "CorruptImage",
    make: () => {
      const file = bmp({ width: 2, height: 2, bitsPerPixel: 32, data: Buffer.alloc(16) });
      file.writeUInt32LE(0xfffffff0, 10);
      return file;
    },
  },
  {
    name: "BMP whose masks overlap and have gaps",
    expected: "decoded",
    make: () =>
      bmp({
        width: 2,
        height: 2,
        bitsPerPixel: 32,
        headerBytes: 108,
        compression: 3,
        masks: [0xffffffff, 0xf0f0f0f0, 0, 1],
        data: Buffer.alloc(16, 0xa5),
      }),
  },
  {
    name: "30 megapixels of 4-bit runs without the ends of lines",
    expected: "CorruptImage",
    make: () =>
      bmp({
        width: 5_500,
        height: 5_500,
        bitsPerPixel: 4,
        compression: 2,
        data: Buffer.alloc(242_000, Buffer.from([250, 0x11])),
        palette: [[0, 0, 0, 0]],
      }),
  },
  {
    name: "BMP without a width",
    expected: "CorruptImage",
    make: () => bmp({ width: 0, height: 2, bitsPerPixel: 24, data: Buffer.alloc(16) }),
  },
  {
    name: "BMP of OS/2 with Huffman coding",
    expected: "UnsupportedImageFormat",
    make: () => bmp({ width: 2, height: 2, bitsPerPixel: 1, compression: 3, headerBytes: 40, data: Buffer.alloc(16) }),
  },
  {
    name: "alpha that is zero everywhere",
    expected: "decoded",
    make: () =>
      bmp({
        width: 2,
        height: 2,
        bitsPerPixel: 32,
        headerBytes: 124,
        compression: 3,
        masks: [0xff0000, 0xff00, 0xff, 0xff000000],
        data: repeated([0, 0, 255, 0], 4),
      }),
  },
];
