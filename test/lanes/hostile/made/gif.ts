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
];

function farFrame(gif: Buffer): Buffer {
  const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0]));
  gif.writeUInt16LE(65_000, descriptor + 1);
  gif.writeUInt16LE(65_000, descriptor + 3);
  return gif;
}
