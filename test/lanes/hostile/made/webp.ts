import sharp from "sharp";
import { tangledExif } from "./exif.ts";
import { flat, type MadeFile, photo, side } from "./made-file.ts";

export const webps: readonly MadeFile[] = [
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
    name: "WebP with a profile of 20 MB",
    expected: "decoded",
    make: async () => riff(await photo().webp().toBuffer(), "ICCP", Buffer.alloc(20_000_000, 32)),
  },
  {
    name: "WebP with a canvas of 16 by 16 million pixels",
    expected: "CorruptImage",
    make: async () => {
      const file = riff(await photo().webp().toBuffer(), "XMP ", Buffer.alloc(2));
      file.fill(0xff, 24, 30);
      return file;
    },
  },
  {
    name: "WebP that is flat and 100 megapixels large",
    expected: "TooManyPixels",
    make: () => flat(10_000, 10_000).webp({ lossless: true, effort: 0 }).toBuffer(),
  },
  {
    name: "WebP with 200,000 unknown pieces",
    expected: "decoded",
    make: async () => {
      const file = riff(await photo().webp().toBuffer(), "XMP ", Buffer.alloc(2));
      const piece = Buffer.from("abcd\x02\0\0\0xx", "latin1");
      return sized(Buffer.concat([file, ...new Array<Buffer>(200_000).fill(piece)]));
    },
  },
  {
    name: "WebP that ends in its pixels",
    expected: "CorruptImage",
    make: async () => (await photo().webp().toBuffer()).subarray(0, -500),
  },
];

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
