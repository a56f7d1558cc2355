import sharp, { type Sharp, type SharpOptions } from "sharp";
import { ImageError } from "../../image-error.ts";
import { unsupported } from "../formats.ts";
import { checkPicture, checkPixels, type DecodeLimits } from "../limits.ts";
import { readDirectory, type TiffDirectory } from "./tiff-directory.ts";

/** Fields of TIFF 6.0. */
const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  samples: 277,
  maxSampleValue: 281,
  tileWidth: 322,
  tileHeight: 323,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** Samples per colour, by PhotometricInterpretation: white is zero, black is zero, RGB, palette, CMYK, YCbCr, CIELab. */
const colourSamples: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 };
const formats: Readonly<Record<number, string>> = {
  2: "signed integer",
  3: "floating-point",
  5: "complex integer",
  6: "complex floating-point",
};
const associatedAlpha = 1;
const unassociatedAlpha = 2;
const cmyk = 1;
const cieLab = 8;
const yCbCr = 6;
const jpegCompression = 7;

/** Corrections for samples that the decoder would interpret wrongly. */
export interface TiffSamples {
  /** Samples per pixel in addition to the colour. */
  readonly extra: number;
  /** Whether the first extra sample is alpha. */
  readonly alpha: boolean;
  /** The value of full intensity, if the file declares another one than the largest of its type. */
  readonly maximum?: number;
  readonly bits: number;
}

/**
 * Checks a TIFF's first directory and removes the rest. Returns the corrections that the decoder needs, if any.
 * @throws ImageError "TooManyPixels", "UnsupportedImageFormat" (samples that are ambiguous as colours)
 */
export function prepareTiff(bytes: Buffer, limits: DecodeLimits): TiffSamples | undefined {
  const directory = readDirectory(bytes);
  if (!directory) return undefined;
  directory.cut();
  const one = (tag: number, otherwise: number) => directory.values(tag)[0] ?? otherwise;
  const [width, height, bits] = [one(tags.width, 0), one(tags.height, 0), Math.max(1, ...directory.values(tags.bits))];
  const count = one(tags.samples, 1);
  const pixelBytes = (count * bits) / 8;
  checkPicture("TIFF", width, height, width * height * pixelBytes, limits);
  // A tile may be larger than the picture.
  const tile = one(tags.tileWidth, 0) * one(tags.tileHeight, 0);
  checkPixels("The TIFF image has tiles that are too large", tile, tile * pixelBytes, limits);
  checkSamples(directory, bits);
  const colours = colourSamples[one(tags.photometric, 1)];
  if (colours === undefined)
    throw unsupported(`a TIFF with the colours ${one(tags.photometric, 1)} (PhotometricInterpretation)`);
  return samplesOf(directory, count - colours, bits);
}

function checkSamples(directory: TiffDirectory, bits: number): void {
  const [format = 1] = directory.values(tags.sampleFormat);
  const kind = formats[format];
  if (kind !== undefined) throw unsupported(`a TIFF with ${kind} samples of ${bits} bits, whose scale is not defined`);
  if (![1, 2, 4, 8, 16].includes(bits)) throw unsupported(`a TIFF with unsigned integer samples of ${bits} bits`);
  if (new Set(directory.values(tags.bits)).size > 1)
    throw unsupported("a TIFF whose samples have different numbers of bits");
  const [photometric] = directory.values(tags.photometric);
  if (photometric === cieLab && bits !== 16) throw unsupported(`a TIFF in CIELab with samples of ${bits} bits`);
  // Only the JPEG decoder converts YCbCr to RGB. With any other compression, the samples would be mistaken for RGB.
  if (photometric === yCbCr && directory.values(tags.compression)[0] !== jpegCompression)
    throw unsupported("a TIFF in YCbCr that is not compressed as JPEG");
  const [inks = cmyk] = directory.values(tags.inkSet);
  if (photometric === 5 && inks !== cmyk) throw unsupported("a TIFF with inks other than CMYK");
}

function samplesOf(directory: TiffDirectory, extra: number, bits: number): TiffSamples | undefined {
  const [kind] = directory.values(tags.extraSamples);
  const alpha = extra > 0 && (kind === associatedAlpha || kind === unassociatedAlpha);
  const [declared = 0] = directory.values(tags.maxSampleValue);
  const [photometric] = directory.values(tags.photometric);
  // For a palette or CIELab, MaxSampleValue does not define the intensity.
  const scaled = bits >= 8 && declared > 0 && declared < 2 ** bits - 1 && [1, 2].includes(photometric ?? 1);
  if (!scaled && (extra <= 0 || (extra === 1 && alpha))) return undefined;
  return { extra: Math.max(0, extra), alpha, bits, ...(scaled && { maximum: declared }) };
}

/** Decodes a TIFF whose samples need corrections: drops extra samples and scales intensities. */
export async function readSamples(bytes: Buffer, options: SharpOptions, samples: TiffSamples): Promise<Sharp> {
  const { extra, alpha, maximum } = samples;
  const deep = samples.bits === 16 && maximum !== undefined;
  const source = sharp(bytes, options).autoOrient();
  const { data, info } = await (deep ? source.toColourspace("rgb16").raw({ depth: "ushort" }) : source.raw()).toBuffer({
    resolveWithObject: true,
  });
  const stored = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const colours = info.channels - extra;
  const channels = colours + (alpha ? 1 : 0);
  if (colours !== 1 && colours !== 3)
    throw new ImageError("CorruptImage", "The TIFF image does not have the number of samples that it declares.");
  const pixels = info.width * info.height;
  const full = maximum ?? 255;
  const picture = Buffer.allocUnsafe(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = stored[pixel * info.channels + channel] ?? 0;
      picture[pixel * channels + channel] = Math.min(255, Math.round((value * 255) / full));
    }
  }
  const raw = { width: info.width, height: info.height, channels: channels as 1 | 2 | 3 | 4 };
  return sharp(picture, { raw });
}
