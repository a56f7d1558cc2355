import { randomFillSync } from "node:crypto";
import sharp, { type Sharp } from "sharp";
import type { ImageErrorCode } from "../../../../contract/errors.ts";

/** A file that the lane makes, and the outcome that was looked at and found right. */
export interface MadeFile {
  readonly name: string;
  readonly expected: "decoded" | ImageErrorCode;
  readonly make: () => Buffer | Promise<Buffer>;
}

/** Pixels on a side of the small picture. */
export const side = 64;

/** A small picture of noise. */
export const photo = (): Sharp =>
  sharp(randomFillSync(Buffer.alloc(side * side * 3)), { raw: { width: side, height: side, channels: 3 } });

/** A picture of one colour, of any size. */
export const flat = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: "#456" }, limitInputPixels: false });
