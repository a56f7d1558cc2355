import type { Metadata } from "sharp";
import { mib } from "../../contract/limits.ts";
import type { ImageFormat } from "./format.ts";
import { ImageError } from "./image-error.ts";

export interface DecodeLimits {
  readonly maxPixels: number;
}

/** What a decoder may hold at once beside its input. It leaves an ordinary sandbox room for the model. */
const maxDecoderBytes = 256 * mib;

/**
 * The most memory that decoding takes at once. JPEG and PNG arrive line by line unless they are progressive or
 * interlaced; the other decoders hold the whole picture.
 */
export function decoderBytes(format: ImageFormat, metadata: Metadata): number {
  const { width, height, channels = 4, depth, isProgressive = false, chromaSubsampling } = metadata;
  const sample = depth === "uchar" || depth === "char" ? 1 : depth === "ushort" || depth === "short" ? 2 : 4;
  const pixels = width * height;
  switch (format) {
    case "JPEG":
      // A progressive picture is kept as coefficients of two bytes; 4:2:0 has half as many for colour.
      return isProgressive ? pixels * 2 * (chromaSubsampling === "4:2:0" ? 1.5 : channels) : 0;
    case "PNG":
      return isProgressive ? pixels * channels * sample : 0;
    case "AVIF":
      // Planes of the codec, then the interleaved picture.
      return pixels * (3 * sample + channels * sample);
    case "TIFF":
      return pixels * channels * sample;
    default:
      return pixels * 4;
  }
}

/** @throws ImageError "TooManyPixels" */
export function checkPixels(
  format: ImageFormat,
  width: number,
  height: number,
  bytes: number,
  { maxPixels }: DecodeLimits,
): void {
  if (width * height > maxPixels) {
    throw new ImageError(
      "TooManyPixels",
      `The ${format} image is ${width} by ${height} pixels; at most ${maxPixels} are decoded (configuration "maxImagePixels").`,
    );
  }
  if (bytes > maxDecoderBytes) {
    throw new ImageError(
      "TooManyPixels",
      `The ${format} image of ${width} by ${height} pixels takes ${Math.ceil(bytes / mib)} MiB to decode, as it is stored; ` +
        `at most ${maxDecoderBytes / mib} are spent. A baseline JPEG of this size would do.`,
    );
  }
}
