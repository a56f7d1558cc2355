import { ImageError } from "../image-error.ts";

/** What this service decodes. */
export const imageFormats = ["JPEG", "PNG", "WebP", "GIF", "AVIF", "TIFF", "BMP"] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const supported = `${imageFormats.slice(0, -1).join(", ")} and ${imageFormats.at(-1)}`;

/** The error for an image of another format, or of a kind of a format that is not decoded. */
export function unsupported(what: string, remedy?: string): ImageError {
  const sentence = `The image is ${what}; supported are ${supported}.`;
  return new ImageError("UnsupportedImageFormat", remedy === undefined ? sentence : `${sentence} ${remedy}`);
}
