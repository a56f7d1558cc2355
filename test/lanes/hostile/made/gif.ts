import { type MadeFile, photo, side } from "./made-file.ts";

export const gifs: readonly MadeFile[] = [
  {
    name: "GIF with a screen of 65,535 by 65,535",
    expected: "decoded",
    make: async () => {
      const gif = await photo().gif().toBuffer();
      gif.writeUInt16LE(65_535, 6);
      gif.writeUInt16LE(65_535, 8);
      return gif;
    },
  },
  {
    name: "GIF with a frame far outside of its screen",
    expected: "TooManyPixels",
    make: async () => farFrame(await photo().gif().toBuffer()),
  },
  {
    name: "GIF of 200,000 frames",
    expected: "decoded",
    make: async () => {
      const { head, frame } = split(await photo().gif().toBuffer());
      return Buffer.concat([head, ...new Array<Buffer>(200_000).fill(tiny(frame)), Buffer.from([0x3b])]);
    },
  },
  {
    name: "20 MB of comments in GIF",
    expected: "decoded",
    make: async () => {
      const { head, frame } = split(await photo().gif().toBuffer());
      const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 32)]);
      const comment = Buffer.concat([
        Buffer.from([0x21, 0xfe]),
        ...new Array<Buffer>(80_000).fill(block),
        Buffer.of(0),
      ]);
      return Buffer.concat([head, comment, frame]);
    },
  },
  {
    name: "GIF whose codes are noise",
    expected: "CorruptImage",
    make: async () => {
      const gif = await photo().gif().toBuffer();
      return gif.fill(0xa5, gif.length - 1_500, gif.length - 2);
    },
  },
  {
    name: "GIF without a frame",
    expected: "CorruptImage",
    make: async () => Buffer.concat([split(await photo().gif().toBuffer()).head, Buffer.from([0x3b])]),
  },
];

/** What precedes the first frame, and the rest. */
function split(gif: Buffer): { readonly head: Buffer; readonly frame: Buffer } {
  const at = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0]));
  return { head: gif.subarray(0, at), frame: gif.subarray(at) };
}

/** The frame's header with one pixel, whose colour comes from the palette of the file. */
function tiny(frame: Buffer): Buffer {
  const header = Buffer.from(frame.subarray(0, 10));
  header.writeUInt16LE(1, 5);
  header.writeUInt16LE(1, 7);
  header[9] = 0;
  return Buffer.concat([header, Buffer.from([2, 2, 0x44, 0x01, 0])]);
}

function farFrame(gif: Buffer): Buffer {
  const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0]));
  gif.writeUInt16LE(65_000, descriptor + 1);
  gif.writeUInt16LE(65_000, descriptor + 3);
  return gif;
}
