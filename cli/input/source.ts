import path from "node:path";
import type { uploadContentTypes } from "../../contract/http.ts";

/** One image to classify: something the service can fetch, or a file that has to be uploaded first. */
export type Source = { readonly name: string } & (
  | { readonly kind: "reference" }
  | { readonly kind: "photo"; readonly file: string; readonly contentType: PhotoType }
);
type PhotoType = (typeof uploadContentTypes)[number];

const photoTypes: Readonly<Record<string, PhotoType>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".avif": "image/avif",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".bmp": "image/bmp",
};
export const photoExtensions: readonly string[] = Object.keys(photoTypes);

export function isReference(text: string): boolean {
  return /^(https?|s3):\/\//i.test(text);
}

/** A file as a source, when its name says that it is a photo. */
export function photo(name: string, file: string): Source | undefined {
  const contentType = photoTypes[path.extname(file).toLowerCase()];
  return contentType && { name, kind: "photo", file, contentType };
}
