import { readFile, stat } from "node:fs/promises";
import { withJpeg } from "../input/heic.ts";
import type { FilePath, Source } from "../input/source.ts";

const side = 320;
const quality = 70;
/** A photo that cannot be resized here is embedded unchanged up to this size, in bytes. */
const largestOriginal = 256 * 1024;
/** Maximum number of pixels to decode for a 320-pixel thumbnail. */
const maxPixels = 100_000_000;

/** A thumbnail of a local photo as a data URL; undefined if it cannot be shown. */
export async function thumbnail(source: Source): Promise<string | undefined> {
  try {
    if (source.kind === "photo") return await scaled(source.file, source.contentType);
    if (source.kind === "heic") return await withJpeg(source.file, (jpeg) => scaled(jpeg, "image/jpeg"));
    return undefined;
  } catch {
    // A photo that cannot be shown gets a tile without a picture, because the labels matter more.
    return undefined;
  }
}

async function scaled(file: FilePath, contentType: string): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size === 0 || size > largestInput) return undefined;
  const bytes = await readFile(file);
  try {
    // sharp's binary is an optional package; without it small photos are embedded unchanged.
    const { default: sharp } = await import("sharp");
    const jpeg = await sharp(bytes, { limitInputPixels: maxPixels, failOn: "none" })
      .rotate()
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#fff" })
      .jpeg({ quality })
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
  } catch {
    return size <= largestOriginal ? `data:${contentType};base64,${bytes.toString("base64")}` : undefined;
  }
}

/** Maximum size of a photo that the service accepts, in bytes. */
const largestInput = 100_000_000;
