import { randomFillSync } from "node:crypto";
import sharp, { type Sharp } from "sharp";
import type { ImageErrorCode } from "../../../../contract/errors.ts";

/** A file that the lane generates, and its expected outcome, which was verified by hand. */
export interface MadeFile {
  readonly name: string;
  readonly expected: "decoded" | ImageErrorCode;
  readonly make: () => Buffer | Promise<Buffer>;
}

/** Width and height of the small picture in pixels. */
export const side = 64;

/** A small picture that contains noise. */
export const photo = (): Sharp =>
  sharp(randomFillSync(Buffer.alloc(side * side * 3)), { raw: { width: side, height: side, channels: 3 } });

/** A picture with a single colour, of any size. */
export const flat = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: "#456" }, limitInputPixels: false });
