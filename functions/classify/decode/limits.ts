import type { Metadata } from "sharp";
import { mib } from "../../../contract/limits.ts";
import { ImageError } from "../image-error.ts";
import type { ImageFormat } from "./formats.ts";

export interface DecodeLimits {
  readonly maxPixels: number;
}

/** Maximum memory of a decoder in addition to its input. It leaves room for the model in a sandbox of the default size. */
const maxDecoderBytes = 256 * mib;
/**
 * JPEG's limit, applied to all formats: decoders buffer dozens of lines, and a flat picture may have a single long
 * line.
 */
const maxSide = 65_535;

/**
 * Rejects a picture that is too large according to its header. `bytes` is what a decoder keeps in addition to some lines.
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

/**
 * Rejects too many pixels, or too much memory. `what` is the beginning of the message.
 * @throws ImageError "TooManyPixels"
 */
export function checkPixels(what: string, pixels: number, bytes: number, { maxPixels }: DecodeLimits): void {
  if (pixels > maxPixels) {
    throw new ImageError(
      "TooManyPixels",
      `${what}; at most ${maxPixels} pixels are allowed (setting "maxImagePixels").`,
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

/** Bytes that a decoder keeps for formats that are decoded as a whole; JPEG and PNG are read line by line. */
export function wholePictureBytes(format: ImageFormat, metadata: Metadata): number {
  const { width, height, channels = 4, depth } = metadata;
  const sample = depth === "uchar" || depth === "char" ? 1 : depth === "ushort" || depth === "short" ? 2 : 4;
  const pixels = width * height;
  if (format === "JPEG" || format === "PNG") return 0;
  // The codec's planes, and the interleaved picture.
  if (format === "AVIF") return pixels * (3 * sample + channels * sample);
  return pixels * (format === "TIFF" ? channels * sample : 4);
}
