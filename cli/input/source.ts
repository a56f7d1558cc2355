import path from "node:path";
import type { uploadContentTypes } from "../../contract/http.ts";
import { heicExtensions, imageTypes } from "../../contract/image-names.ts";

/** A path in the file system; a name that is not UTF-8 is only available as bytes. */
export type FilePath = string | Buffer;

/** Why an input cannot be sent. */
export interface InputProblem {
  readonly code: "PhotoNotReadable" | "UnsupportedImageFormat";
  readonly message: string;
}

/**
 * One image to classify: a reference that the service can fetch, a file to upload, a HEIC photo to
 * convert and upload, or an input that cannot be read and keeps its row in the results.
 */
export type Source = { readonly name: string } & (
  | { readonly kind: "reference" }
  | { readonly kind: "photo"; readonly file: FilePath; readonly contentType: PhotoType }
  | { readonly kind: "heic"; readonly file: FilePath }
  | { readonly kind: "unreadable"; readonly problem: InputProblem }
);
export type PhotoType = (typeof uploadContentTypes)[number];

const photoTypes: Readonly<Record<string, PhotoType>> = imageTypes;
export const photoExtensions: readonly string[] = [...Object.keys(photoTypes), ...heicExtensions];

export function isReference(text: string): boolean {
  return /^(https?|s3):\/\//i.test(text);
}

/** A file as a source; undefined if its name is not that of a photo. */
export function photo(name: string, file: FilePath): Source | undefined {
  const extension = extensionOf(file);
  if (heicExtensions.has(extension)) return { name, kind: "heic", file };
  const contentType = photoTypes[extension];
  return contentType && { name, kind: "photo", file, contentType };
}

/** The extension in lower case with its dot, or "". */
export function extensionOf(file: FilePath): string {
  // Extensions are ASCII; Latin-1 preserves all other bytes.
  return path.extname(typeof file === "string" ? file : file.toString("latin1")).toLowerCase();
}
