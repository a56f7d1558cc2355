import { ImageError } from "../image-error.ts";

/** The supported formats. */
export const imageFormats = ["JPEG", "PNG", "WebP", "GIF", "AVIF", "TIFF", "BMP"] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const supported = `${imageFormats.slice(0, -1).join(", ")} and ${imageFormats.at(-1)}`;

/** The error for an unsupported format or variant of a format. */
export function unsupported(what: string, remedy?: string): ImageError {
  const sentence = `The image is ${what}; supported are ${supported}.`;
  return new ImageError("UnsupportedImageFormat", remedy === undefined ? sentence : `${sentence} ${remedy}`);
}
