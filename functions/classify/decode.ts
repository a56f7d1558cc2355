import sharp, { type Metadata, type Sharp } from "sharp";
import { toPixels } from "../inference/preprocess.ts";
import { bmpSize, readBmp } from "./bmp.ts";
import { checkPixels, type DecodeLimits, decoderBytes } from "./decode-limits.ts";
import { formatOf, type ImageFormat, unsupported } from "./format.ts";
import { firstFrameExtent } from "./gif.ts";
import { ImageError } from "./image-error.ts";

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

/** Seconds after which a decoder is stopped: the largest allowed pictures take two. */
const decodeSeconds = 20;

/**
 * Decodes an image into the model's pixels, its limits checked before any pixel is decoded.
 * @throws ImageError "NotAnImage", "UnsupportedImageFormat", "TooManyPixels", "CorruptImage", "ClassificationTimeout"
 */
export async function decode(bytes: Buffer, rules: DecodeRules): Promise<DecodedImage> {
  const format = formatOf(bytes);
  try {
    const { image, width, height } = format === "BMP" ? openBmp(bytes, rules) : await open(bytes, format, rules);
    return { width, height, pixels: await toPixels(image.timeout({ seconds: decodeSeconds }), rules.inputSize) };
  } catch (error) {
    throw asImageError(error, format);
  }
}

interface OpenImage {
  readonly image: Sharp;
  readonly width: number;
  readonly height: number;
}

/** Reads the header alone. Sharp's own pixel limit stays on above this one, should a header contradict itself. */
async function open(bytes: Buffer, format: ImageFormat, rules: DecodeRules): Promise<OpenImage> {
  const options = { failOn: "error", pages: 1, sequentialRead: true } as const;
  if (format === "GIF") {
    const { width, height } = firstFrameExtent(bytes);
    checkPixels(format, width, height, 0, rules);
  }
  const metadata: Metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  const { width, height, autoOrient } = metadata;
  checkPixels(format, width, height, decoderBytes(format, metadata), rules);
  return { image: sharp(bytes, { ...options, limitInputPixels: rules.maxPixels }), ...autoOrient };
}

function openBmp(bytes: Buffer, rules: DecodeRules): OpenImage {
  const { width, height } = bmpSize(bytes);
  // Decoded in WebAssembly, then copied out: twice four bytes a pixel.
  checkPixels("BMP", width, height, width * height * 8, rules);
  return { image: readBmp(bytes), width, height };
}

function asImageError(error: unknown, format: ImageFormat): ImageError {
  if (error instanceof ImageError) return error;
  const message = (error as Error).message.split("\n")[0] ?? "";
  if (message.startsWith("timeout")) {
    const text = `The ${format} image took more than ${decodeSeconds} seconds to decode.`;
    return new ImageError("ClassificationTimeout", text, { cause: error });
  }
  // The decoder knows still pictures of 8 to 12 bits in the AV1 codec; sequences and other codecs it does not.
  if (format === "AVIF" && message.includes("unsupported image format")) return unsupported("this kind of AVIF");
  return new ImageError("CorruptImage", `The ${format} image cannot be decoded: ${message.replace(/\.$/, "")}.`, {
    cause: error,
  });
}
