import { endlessExif, tangledExif } from "./exif.ts";
import { inFrame, withBaselineScans, withFrames, withScans, withSegments } from "./jpeg-segments.ts";
import { flat, type MadeFile, photo } from "./made-file.ts";

const end = Buffer.from([0xff, 0xd9]);
const jpeg = () => photo().jpeg().toBuffer();

const table = Buffer.concat([Buffer.from([0xff, 0xdb, 0, 0, 0]), Buffer.alloc(64, 1)]);
const profilePiece = Buffer.concat([
  Buffer.from([0xff, 0xe2, 0, 0]),
  Buffer.from("ICC_PROFILE\0\x01\xff", "latin1"),
  Buffer.alloc(65_000),
]);

export const jpegs: readonly MadeFile[] = [
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
    name: "5 MB of restart markers",
    expected: "decoded",
    make: async () =>
      Buffer.concat([(await jpeg()).subarray(0, -2), Buffer.alloc(5_000_000, Buffer.from([0xff, 0xd0])), end]),
  },
  {
    name: "a height of 65,535 after the picture (DNL)",
    expected: "decoded",
    make: async () => Buffer.concat([(await jpeg()).subarray(0, -2), Buffer.from([0xff, 0xdc, 0, 4, 0xff, 0xff]), end]),
  },
  {
    name: "arithmetic coding, progressive, 1,000 empty scans",
    expected: "CorruptImage",
    make: async () => inFrame(withScans(await jpeg(), 1_000), 0xca),
  },
  {
    name: "lossless, of a kind that no decoder has",
    expected: "CorruptImage",
    make: async () => inFrame(await jpeg(), 0xc7),
  },
  { name: "hierarchical", expected: "CorruptImage", make: async () => inFrame(await jpeg(), 0xc5) },
  {
    name: "20,000 tables of quantisation",
    expected: "decoded",
    make: async () => withSegments(await jpeg(), new Array(20_000).fill(table)),
  },
  {
    name: "255 pieces of a profile, each the first",
    expected: "decoded",
    make: async () => withSegments(await jpeg(), new Array(255).fill(profilePiece)),
  },
  {
    name: "an EXIF preview that is a giant",
    expected: "decoded",
    make: async () => {
      const preview = withFrames(await jpeg(), 65_000, 65_000, true).subarray(0, 60_000);
      return withSegments(await jpeg(), [Buffer.concat([endlessExif(), preview])]);
    },
  },
  {
    name: "1,000 pictures one after the other",
    expected: "decoded",
    make: async () => Buffer.concat(new Array<Buffer>(1_000).fill(await jpeg())),
  },
  {
    name: "24 MB of fill bytes",
    expected: "CorruptImage",
    make: async () => Buffer.concat([(await jpeg()).subarray(0, 200), Buffer.alloc(24_000_000, 0xff)]),
  },
];
