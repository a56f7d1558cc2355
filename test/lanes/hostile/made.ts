import { randomFillSync } from "node:crypto";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { ImageErrorCode } from "../../../contract/errors.ts";
import { avif, grid, sequenceHeader } from "../../../functions/classify/test-support/avif.ts";
import { bmp } from "../../../functions/classify/test-support/bmp.ts";
import { chunk, png } from "../../../functions/classify/test-support/png.ts";
import { repeated, type TiffField, tiff } from "../../../functions/classify/test-support/tiff.ts";
import { endlessExif, tangledExif } from "./made-exif.ts";
import { withBaselineScans, withFrames, withScans, withSegments } from "./made-jpeg.ts";

/** A file that the lane makes, and the outcome that was looked at and found right. */
export interface MadeFile {
  readonly name: string;
  readonly expected: "decoded" | ImageErrorCode;
  readonly make: () => Buffer | Promise<Buffer>;
}

const side = 64;
const photo = () =>
  sharp(randomFillSync(Buffer.alloc(side * side * 3)), { raw: { width: side, height: side, channels: 3 } });
const jpeg = () => photo().jpeg().toBuffer();
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#456" }, limitInputPixels: false });
const field = (tag: number, type: number, ...values: number[]): TiffField => ({ tag, type, values });
const long = 4;
const short = 3;

const jpegs: readonly MadeFile[] = [
  {
    name: "progressive, 20,000 empty scans",
    expected: "CorruptImage",
    make: async () => withScans(await jpeg(), 20_000),
  },
  {
    name: "progressive, 1,000 empty scans",
    expected: "CorruptImage",
    make: async () => withScans(await jpeg(), 1_000),
  },
  { name: "progressive, 90 empty scans", expected: "decoded", make: async () => withScans(await jpeg(), 90) },
  {
    name: "progressive, 40 scans of 64 megapixels",
    expected: "CorruptImage",
    make: async () => withScans(await flat(8_000, 8_000).jpeg().toBuffer(), 40),
  },
  {
    name: "one component per scan, 5,000 of them",
    expected: "CorruptImage",
    make: async () => withBaselineScans(await jpeg(), 5_000),
  },
  {
    name: "a second frame that is a giant",
    expected: "CorruptImage",
    make: async () => withFrames(await jpeg(), 65_535, 65_535),
  },
  {
    name: "a header that is a giant",
    expected: "TooManyPixels",
    make: async () => withFrames(await jpeg(), 60_000, 60_000, true),
  },
  {
    name: "EXIF whose directories point into each other",
    expected: "decoded",
    make: async () => withSegments(await jpeg(), [tangledExif(5_000)]),
  },
  {
    name: "300 EXIF segments of that kind",
    expected: "decoded",
    make: async () => withSegments(await jpeg(), new Array(300).fill(tangledExif(5_000))),
  },
  {
    name: "EXIF that is its own next directory",
    expected: "decoded",
    make: async () => withSegments(await jpeg(), [endlessExif()]),
  },
  {
    name: "20 MB of comments",
    expected: "decoded",
    make: async () =>
      withSegments(await jpeg(), new Array(320).fill(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(65_000)]))),
  },
  { name: "100 megapixels, baseline", expected: "decoded", make: () => flat(10_000, 10_000).jpeg().toBuffer() },
  {
    name: "95 megapixels, progressive 4:4:4",
    expected: "TooManyPixels",
    make: () => flat(10_000, 9_500).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer(),
  },
  {
    name: "24 MB of fill bytes",
    expected: "CorruptImage",
    make: async () => Buffer.concat([(await jpeg()).subarray(0, 200), Buffer.alloc(24_000_000, 0xff)]),
  },
];

const row = (width: number, perPixel: number) => Buffer.alloc(Math.ceil(width * perPixel) + 1);
const rows = (width: number, height: number, perPixel: number) =>
  Buffer.alloc((Math.ceil(width * perPixel) + 1) * height);
const pngs: readonly MadeFile[] = [
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

const rgb = (width: number, height: number, ...more: TiffField[]) => ({
  width,
  height,
  bits: [8, 8, 8],
  photometric: 2,
  data: repeated([1, 2, 3], 16),
  more,
});
const tiffs: readonly MadeFile[] = [
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

const bmps: readonly MadeFile[] = [
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

const giant = sequenceHeader(12_000, 8_000);
const small = sequenceHeader(64, 64);
const avifs: readonly MadeFile[] = [
  {
    name: "AVIF of 64 by 64 whose stream has 96 megapixels",
    expected: "TooManyPixels",
    make: () => avif([{ id: 1, type: "av01", data: giant }]),
  },
  {
    name: "a tile of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(1, 1, 64, 64), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: giant },
      ]),
  },
  {
    name: "sixteen tiles of 8 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        {
          id: 1,
          type: "grid",
          data: grid(4, 4, 64, 64),
          references: [["dimg", ...Array.from({ length: 16 }, (_, at) => at + 2)]],
        },
        ...Array.from({ length: 16 }, (_, at) => ({
          id: at + 2,
          type: "av01" as const,
          data: sequenceHeader(4_000, 2_000),
        })),
      ]),
  },
  {
    name: "one tile 256 times",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(16, 16, 64, 64), references: [["dimg", ...new Array<number>(256).fill(2)]] },
        { id: 2, type: "av01", data: sequenceHeader(1_000, 1_000) },
      ]),
  },
  {
    name: "a grid whose canvas is a giant",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(1, 1, 4_000_000_000, 4_000_000_000), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: small },
      ]),
  },
  {
    name: "an alpha plane of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "av01", data: small },
        { id: 2, type: "av01", data: giant, references: [["auxl", 1]] },
      ]),
  },
  {
    name: "a thumbnail of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "av01", data: small },
        { id: 2, type: "av01", data: giant, references: [["thmb", 1]] },
      ]),
  },
  {
    name: "an overlay of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        {
          id: 1,
          type: "iovl",
          data: Buffer.concat([Buffer.alloc(10), Buffer.from([0, 64, 0, 64])]),
          references: [["dimg", 2]],
        },
        { id: 2, type: "av01", data: giant },
      ]),
  },
  {
    name: "an item that is made of itself",
    expected: "CorruptImage",
    make: () => avif([{ id: 1, type: "iden", data: Buffer.alloc(0), references: [["dimg", 1]] }]),
  },
  {
    name: "two items that are made of each other",
    expected: "CorruptImage",
    make: () =>
      avif([
        { id: 1, type: "iden", data: Buffer.alloc(0), references: [["dimg", 2]] },
        { id: 2, type: "iden", data: Buffer.alloc(0), references: [["dimg", 1]] },
      ]),
  },
  {
    name: "a chain of 50 identities",
    expected: "CorruptImage",
    make: () =>
      avif([
        ...Array.from({ length: 50 }, (_, at) => ({
          id: at + 1,
          type: "iden" as const,
          data: Buffer.alloc(0),
          references: [["dimg", at + 2] as const],
        })),
        { id: 51, type: "av01" as const, data: giant },
      ]),
  },
  {
    name: "grids of grids of grids",
    expected: "CorruptImage",
    make: () =>
      avif(
        Array.from({ length: 9 }, (_, at) => ({
          id: at + 1,
          type: "grid" as const,
          data: grid(8, 8, 64, 64),
          references: [["dimg", ...new Array<number>(64).fill(at + 2)] as const],
        })),
      ),
  },
  {
    name: "a stream that is cut off",
    expected: "CorruptImage",
    make: async () => (await photo().avif({ effort: 0 }).toBuffer()).subarray(0, -200),
  },
];

const others: readonly MadeFile[] = [
  { name: "WebP of 5,000 frames", expected: "decoded", make: () => animatedWebp(5_000) },
  {
    name: "WebP with EXIF whose directories point into each other",
    expected: "decoded",
    make: async () => riff(await photo().webp().toBuffer(), "EXIF", tangledExif(5_000).subarray(10)),
  },
  {
    name: "WebP with 20 MB of XMP",
    expected: "decoded",
    make: async () => riff(await photo().webp().toBuffer(), "XMP ", Buffer.alloc(20_000_000, 32)),
  },
  {
    name: "GIF with a frame far outside of its screen",
    expected: "TooManyPixels",
    make: async () => farFrame(await photo().gif().toBuffer()),
  },
  {
    name: "a page with a drawing",
    expected: "NotAnImage",
    make: () => Buffer.from("<!DOCTYPE html><html><body><svg></svg></body></html>"),
  },
  { name: "an empty file", expected: "NotAnImage", make: () => Buffer.alloc(0) },
];

export const madeFiles: readonly MadeFile[] = [...jpegs, ...pngs, ...tiffs, ...bmps, ...avifs, ...others];

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

async function animatedWebp(frames: number): Promise<Buffer> {
  const small = await sharp({ create: { width: 4, height: 4, channels: 4, background: "#456" } })
    .webp()
    .toBuffer();
  const two = await sharp([small, small], { join: { animated: true } })
    .webp()
    .toBuffer();
  const first = two.indexOf("ANMF");
  const frame = two.subarray(first, first + 8 + two.readUInt32LE(first + 4));
  return sized(Buffer.concat([two.subarray(0, first), ...new Array<Buffer>(frames).fill(frame)]));
}

function riff(webp: Buffer, type: string, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, 0, "latin1");
  header.writeUInt32LE(data.length, 4);
  const extended = Buffer.from([0x56, 0x50, 0x38, 0x58, 10, 0, 0, 0, 0x0c, 0, 0, 0, side - 1, 0, 0, side - 1, 0, 0]);
  return sized(
    Buffer.concat([webp.subarray(0, 12), extended, webp.subarray(12), header, data, Buffer.alloc(data.length % 2)]),
  );
}

function sized(webp: Buffer): Buffer {
  webp.writeUInt32LE(webp.length - 8, 4);
  return webp;
}

function farFrame(gif: Buffer): Buffer {
  const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0]));
  gif.writeUInt16LE(65_000, descriptor + 1);
  gif.writeUInt16LE(65_000, descriptor + 3);
  return gif;
}
