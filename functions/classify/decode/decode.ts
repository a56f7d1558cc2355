import sharp, { type Metadata, type Sharp } from "sharp";
import { toPixels } from "../../inference/preprocess.ts";
import { ImageError } from "../image-error.ts";
import { readBmp } from "./bmp.ts";
import { formatOf } from "./format.ts";
import { type ImageFormat, unsupported } from "./formats.ts";
import { firstFrameExtent } from "./gif.ts";
import { prepareAvif } from "./heif.ts";
import { prepareJpeg } from "./jpeg.ts";
import { checkPicture, type DecodeLimits, wholePictureBytes } from "./limits.ts";
import { preparePng } from "./png.ts";
import { prepareTiff, readSamples } from "./tiff.ts";
import { prepareWebp } from "./webp.ts";

export interface DecodedImage {
  /** Pixels of the picture as it is seen: upright. */
  readonly width: number;
  readonly height: number;
  /** RGB bytes, `inputSize` squared. */
  readonly pixels: Buffer;
}

export interface DecodeRules extends DecodeLimits {
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
/** A cache would only grow: no picture comes twice. */
sharp.cache(false);
/** Threads for one picture cost more than they save: what takes the time, a JPEG, is read by one of them. */
sharp.concurrency(1);

/**
 * Decodes an image into the model's pixels, its limits checked before any pixel is decoded. It may write into `bytes`.
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

/** Opens what is left of the file without its metadata. Sharp's own pixel limit stays on, should a header contradict itself. */
async function open(file: Buffer, format: Exclude<ImageFormat, "BMP">, rules: DecodeRules): Promise<OpenImage> {
  const options = { failOn: "error", pages: 1, sequentialRead: true, limitInputPixels: rules.maxPixels } as const;
  const samples = format === "TIFF" ? prepareTiff(file, rules) : undefined;
  const bytes = prepare(file, format, rules);
  const metadata: Metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  const { width, height, autoOrient } = metadata;
  checkPicture(format, width, height, wholePictureBytes(format, metadata), rules);
  const image = samples ? await readSamples(bytes, options, samples) : sharp(bytes, options);
  return { image, width: autoOrient.width, height: autoOrient.height };
}

/** What the decoder gets of a file. @throws ImageError by what its headers say */
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
  // The decoder knows still pictures of 8 to 12 bits in the AV1 codec; sequences and other codecs it does not.
  if (format === "AVIF" && message.includes("unsupported image format")) return unsupported("this kind of AVIF");
  return new ImageError("CorruptImage", `The ${format} image cannot be decoded: ${message.replace(/\.$/, "")}.`, {
    cause: error,
  });
}
