import path from "node:path";
import sharp from "sharp";

/** Paths of the photos that are measured. */
export interface Photos {
  /** 1387 by 1387 pixels: 1.9 megapixels. */
  readonly usual: string;
  /** 4000 by 3000 pixels: 12 megapixels. */
  readonly large: string;
}

/** Writes the sample photo as JPEG in the sizes that are measured. */
export async function makePhotos(sample: string, into: string): Promise<Photos> {
  const make = async (name: string, width: number, height: number): Promise<string> => {
    const file = path.join(into, name);
    await sharp(sample).resize(width, height, { fit: "cover" }).jpeg({ quality: 90 }).toFile(file);
    return file;
  };
  return { usual: await make("usual.jpg", 1387, 1387), large: await make("large.jpg", 4000, 3000) };
}
