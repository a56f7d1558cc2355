import type { Metadata } from "sharp";
import { mib } from "../../../contract/limits.ts";
import { ImageError } from "../image-error.ts";
import type { ImageFormat } from "./formats.ts";

export interface DecodeLimits {
  readonly maxPixels: number;
}

/** What a decoder may hold at once beside its input. It leaves an ordinary sandbox room for the model. */
const maxDecoderBytes = 256 * mib;
/** JPEG's own limit, for all: decoders keep dozens of lines, and one line of a flat picture could be all of it. */
const maxSide = 65_535;

/**
 * Refuses a picture that is too large, by its header alone. `bytes` are what a decoder holds beside some lines of the picture.
 * @throws ImageError "TooManyPixels"
 */
export function checkPicture(
  format: ImageFormat,
  width: number,
  height: number,
  bytes: number,
  limits: DecodeLimits,
): void {
  checkPixels(`The ${format} image is ${width} by ${height} pixels`, width * height, bytes, limits);
  if (width > maxSide || height > maxSide) {
    throw new ImageError(
      "TooManyPixels",
      `The ${format} image is ${width} by ${height} pixels; at most ${maxSide} are decoded on a side: send it smaller.`,
    );
  }
}

/** Refuses what has too many pixels, or takes too much memory. `what` begins the sentence. @throws ImageError "TooManyPixels" */
export function checkPixels(what: string, pixels: number, bytes: number, { maxPixels }: DecodeLimits): void {
  if (pixels > maxPixels) {
    throw new ImageError(
      "TooManyPixels",
      `${what}; at most ${maxPixels} pixels are decoded (configuration "maxImagePixels").`,
    );
  }
  if (bytes > maxDecoderBytes) {
    throw new ImageError(
      "TooManyPixels",
      `${what} and takes ${Math.ceil(bytes / mib)} MiB to decode, as it is stored; ` +
        `at most ${maxDecoderBytes / mib} are spent: send it smaller, or as a baseline JPEG.`,
    );
  }
}

/** What a decoder holds at once, in bytes, of the formats whose pictures are kept whole; those of JPEG and PNG are read line by line. */
export function wholePictureBytes(format: ImageFormat, metadata: Metadata): number {
  const { width, height, channels = 4, depth } = metadata;
  const sample = depth === "uchar" || depth === "char" ? 1 : depth === "ushort" || depth === "short" ? 2 : 4;
  const pixels = width * height;
  if (format === "JPEG" || format === "PNG") return 0;
  // Planes of the codec, then the interleaved picture.
  if (format === "AVIF") return pixels * (3 * sample + channels * sample);
  return pixels * (format === "TIFF" ? channels * sample : 4);
}
