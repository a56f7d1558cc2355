import sharp, { type Metadata, type Sharp } from "sharp";
import { toPixels } from "../../inference/preprocess.ts";
import { ImageError } from "../image-error.ts";
import { readBmp } from "./bmp/bmp.ts";
import { openInSrgb } from "./deep.ts";
import { formatOf } from "./format.ts";
import { type ImageFormat, unsupported } from "./formats.ts";
import { firstFrameExtent } from "./gif.ts";
import { prepareAvif } from "./heif/heif.ts";
import { prepareJpeg } from "./jpeg.ts";
import { checkPicture, type DecodeLimits, wholePictureBytes } from "./limits.ts";
import { preparePng } from "./png/png.ts";
import { prepareTiff, readSamples } from "./tiff/tiff.ts";
import { prepareWebp } from "./webp.ts";

export interface DecodedImage {
  /** Size of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB bytes, `inputSize` squared. */
  readonly pixels: Buffer;
}

export interface DecodeRules extends DecodeLimits {
  readonly inputSize: number;
}

/**
 * Enables only the loaders of the supported formats: those for SVG, PDF and similar formats can fetch URLs or run
 * scripts and programs.
 */
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
/** A cache would only grow, because no picture is decoded twice. */
sharp.cache(false);
/**
 * Several threads per picture cost more than they save, because decoding a JPEG, which takes most of the time, uses
 * one.
 */
sharp.concurrency(1);

/**
 * Decodes an image into the model's input, checking limits before any pixel is decoded. It may modify `bytes`.
 * @throws ImageError "NotAnImage", "UnsupportedImageFormat", "TooManyPixels", "CorruptImage"
 */
export async function decode(bytes: Buffer, rules: DecodeRules): Promise<DecodedImage> {
  const format = formatOf(bytes);
  try {
    const { image, width, height } = format === "BMP" ? readBmp(bytes, rules) : await open(bytes, format, rules);
    return { width, height, pixels: await toPixels(image, rules.inputSize) };
  } catch (error) {
    throw asImageError(error, format);
  }
}

interface OpenImage {
  readonly image: Sharp;
  readonly width: number;
  readonly height: number;
}

/** Opens the file without its metadata. Sharp's pixel limit stays on, in case a header contradicts itself. */
async function open(file: Buffer, format: Exclude<ImageFormat, "BMP">, rules: DecodeRules): Promise<OpenImage> {
  const options = {
    failOn: "error",
    pages: 1,
    sequentialRead: true,
    limitInputPixels: rules.maxPixels,
    // Sharp allows five. Only a TIFF can have more, and its memory is limited by its header.
    limitInputChannels: false,
  } as const;
  const samples = format === "TIFF" ? prepareTiff(file, rules) : undefined;
  const bytes = prepare(file, format, rules);
  const metadata: Metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  const { width, height, autoOrient } = metadata;
  checkPicture(format, width, height, wholePictureBytes(format, metadata), rules);
  const image = samples
    ? await readSamples(bytes, options, samples)
    : await openInSrgb(bytes, options, metadata, rules.inputSize);
  return { image, width: autoOrient.width, height: autoOrient.height };
}

/** The parts of a file that the decoder gets. @throws ImageError if the headers exceed a limit */
function prepare(bytes: Buffer, format: Exclude<ImageFormat, "BMP">, rules: DecodeRules): Buffer {
  switch (format) {
    case "JPEG":
      return prepareJpeg(bytes, rules);
    case "PNG":
      return preparePng(bytes, rules);
    case "WebP":
      return prepareWebp(bytes);
    case "AVIF":
      return prepareAvif(bytes, rules);
    case "GIF": {
      const { width, height } = firstFrameExtent(bytes);
      checkPicture(format, width, height, 0, rules);
      return bytes;
    }
    case "TIFF":
      return bytes;
  }
}

function asImageError(error: unknown, format: ImageFormat): ImageError {
  if (error instanceof ImageError) return error;
  const message = (error as Error).message.split("\n")[0] ?? "";
  // The decoder supports still pictures of 8 to 12 bits with the AV1 codec, but not sequences or other codecs.
  if (format === "AVIF" && message.includes("unsupported image format")) return unsupported("this kind of AVIF");
  return new ImageError("CorruptImage", `The ${format} image cannot be decoded: ${message.replace(/\.$/, "")}.`, {
    cause: error,
  });
}
