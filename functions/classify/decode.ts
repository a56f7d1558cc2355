import sharp, { type Sharp } from "sharp";
import { toPixels } from "../inference/preprocess.ts";
import { formatOf, type ImageFormat } from "./format.ts";
import { ImageError } from "./image-error.ts";

export interface DecodedImage {
  /** Pixels of the picture as it is seen: upright. */
  readonly width: number;
  readonly height: number;
  /** RGB bytes, `inputSize` squared. */
  readonly pixels: Buffer;
}

export interface DecodeRules {
  readonly maxPixels: number;
  readonly inputSize: number;
}

/** Only the loaders of the supported formats: those for SVG, PDF and the like can fetch, script or call other programs. */
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadHeifBuffer",
    "VipsForeignLoadTiffBuffer",
  ],
});
/** One picture at a time, none kept: a cache would only grow, as no picture comes twice. */
sharp.cache(false);

/**
 * Decodes an image into the model's pixels, its limits checked before any pixel is decoded.
 * @throws ImageError "NotAnImage", "UnsupportedImageFormat", "TooManyPixels", "CorruptImage"
 */
export async function decode(bytes: Buffer, rules: DecodeRules): Promise<DecodedImage> {
  const format = formatOf(bytes);
  try {
    const image = sharp(bytes, { limitInputPixels: rules.maxPixels, failOn: "error", pages: 1 });
    const { width, height } = await size(image, format, rules);
    return { width, height, pixels: await toPixels(image, rules.inputSize) };
  } catch (error) {
    throw asImageError(error, format, rules);
  }
}

async function size(image: Sharp, format: ImageFormat, rules: DecodeRules): Promise<{ width: number; height: number }> {
  const { autoOrient, width, height } = await image.metadata();
  if (width * height > rules.maxPixels) throw tooManyPixels(format, rules, `${width} by ${height}`);
  return autoOrient;
}

function asImageError(error: unknown, format: ImageFormat, rules: DecodeRules): ImageError {
  if (error instanceof ImageError) return error;
  const { message } = error as Error;
  if (/exceeds pixel limit/i.test(message)) return tooManyPixels(format, rules, "its size");
  return new ImageError("CorruptImage", `The ${format} image cannot be decoded: ${message.split("\n")[0]}.`, {
    cause: error,
  });
}

function tooManyPixels(format: ImageFormat, { maxPixels }: DecodeRules, actual: string): ImageError {
  return new ImageError(
    "TooManyPixels",
    `The ${format} image has too many pixels (${actual}); at most ${maxPixels} are decoded (configuration "maxImagePixels").`,
  );
}
