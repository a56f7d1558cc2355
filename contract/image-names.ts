/** Content types of image formats by the extension of a name, in lower case and with its dot. */
export const imageTypes = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".jpe": "image/jpeg",
  ".jfif": "image/jpeg",
  ".jif": "image/jpeg",
  ".pjpeg": "image/jpeg",
  ".pjp": "image/jpeg",
  ".png": "image/png",
  ".apng": "image/png",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".avif": "image/avif",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".bmp": "image/bmp",
  ".dib": "image/bmp",
} as const;

/** Formats of images that this service does not decode: they are images by name, and their result says so. */
export const heicExtensions: ReadonlySet<string> = new Set([".heic", ".heif", ".hif"]);

/** The extension of a name in lower case with its dot, or "". */
export function extensionOf(name: string): string {
  const [extension = ""] = /(?<=[^/])\.[^./]*$/.exec(name) ?? [];
  return extension.toLowerCase();
}

/** Whether a name is that of an image. */
export function isImageName(name: string): boolean {
  const extension = extensionOf(name);
  return Object.hasOwn(imageTypes, extension) || heicExtensions.has(extension);
}
