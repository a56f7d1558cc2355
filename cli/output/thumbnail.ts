import { readFile, stat } from "node:fs/promises";
import { withJpeg } from "../input/heic.ts";
import type { FilePath, Source } from "../input/source.ts";

const side = 320;
const quality = 70;
/** A photo that cannot be made smaller here is embedded as it is up to this size, in bytes. */
const largestOriginal = 256 * 1024;
/** More pixels than this are not decoded for a picture of 320. */
const maxPixels = 100_000_000;

/** A small picture of a photo on this machine as a data URL; undefined where there is none to show. */
export async function thumbnail(source: Source): Promise<string | undefined> {
  try {
    if (source.kind === "photo") return await scaled(source.file, source.contentType);
    if (source.kind === "heic") return await withJpeg(source.file, (jpeg) => scaled(jpeg, "image/jpeg"));
    return undefined;
  } catch {
    // The sheet is about the labels: a photo that cannot be shown has a tile without a picture.
    return undefined;
  }
}

async function scaled(file: FilePath, contentType: string): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size > largestInput) return undefined;
  const bytes = await readFile(file);
  try {
    // sharp's binary is an optional package: without it small photos are embedded as they are.
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

/** No photo that the service takes is larger than this, in bytes. */
const largestInput = 100_000_000;
