import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import { toInputSize } from "../../inference/preprocess.ts";

/**
 * Opens a picture so that its profile leads to sRGB. With 16 bits per sample, sharp converts colours with a profile to
 * Display P3 and leaves grey as it is, so both need one conversion more.
 */
export async function openInSrgb(bytes: Buffer, options: SharpOptions, found: Metadata, size: number): Promise<Sharp> {
  const image = sharp(bytes, options);
  if (!found.hasProfile || found.depth !== "ushort") return image;
  if (found.space !== "grey16") return image.withIccProfile("srgb");
  const narrow = await toInputSize(image, size).keepIccProfile().toColourspace("b-w").png().toBuffer();
  return sharp(narrow);
}
