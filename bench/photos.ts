import path from "node:path";
import sharp, { type Sharp } from "sharp";

/** Paths of the photos that are measured. */
export interface Photos {
  /** 1387 by 1387 pixels: 1.9 megapixels. */
  readonly usual: string;
  /** 4000 by 3000 pixels: 12 megapixels. */
  readonly large: string;
}

/** The sample photo as the JPEG that is measured where nothing else is said. */
export const usualPhoto = (sample: string | Buffer): Sharp => jpegOf(sample, 1387, 1387);

/** Writes the sample photo as JPEG in the sizes that are measured. */
export async function makePhotos(sample: string, into: string): Promise<Photos> {
  const photos = { usual: path.join(into, "usual.jpg"), large: path.join(into, "large.jpg") };
  await usualPhoto(sample).toFile(photos.usual);
  await jpegOf(sample, 4000, 3000).toFile(photos.large);
  return photos;
}

function jpegOf(sample: string | Buffer, width: number, height: number): Sharp {
  return sharp(sample).resize(width, height, { fit: "cover" }).jpeg({ quality: 90 });
}
