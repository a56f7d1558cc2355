import { ImageError } from "../image-error.ts";
import { isBmp } from "./bmp/bmp-header.ts";
import { type ImageFormat, supported, unsupported } from "./formats.ts";

interface Signature {
  readonly format: ImageFormat | { readonly unsupported: string; readonly remedy?: string };
  readonly matches: (head: string) => boolean;
}

const begins =
  (...starts: readonly string[]) =>
  (head: string) =>
    starts.some((start) => head.startsWith(start));

/**
 * An ISO base media file: its brands identify the codec, first the major brand, then compatible ones after the minor
 * version.
 */
const brands = (pattern: RegExp) => (head: string) => {
  if (head.slice(4, 8) !== "ftyp") return false;
  const length = Math.min(64, Buffer.from(head.slice(0, 4), "latin1").readUInt32BE());
  return pattern.test(head.slice(8, 12)) || (head.slice(16, length).match(/.{4}/gs) ?? []).some((b) => pattern.test(b));
};

const heicRemedy =
  "Convert it to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or use the command line client.";

/**
 * A document with the root element `svg`; a page with an inline SVG is not an image. A byte order mark, comments and
 * declarations may precede the root.
 */
const svgDocument =
  /^(\xef\xbb\xbf)?(\s|<\?[^>]*>|<!--(?:(?!-->)[\s\S])*-->|<!DOCTYPE\s+svg[^>[]*(\[[^\]]*\]\s*)?>)*<([\w-]+:)?svg[\s>/]/i;

/** First bytes of each format, because file names and Content-Type headers are not reliable. */
const signatures: readonly Signature[] = [
  { format: "JPEG", matches: begins("\xff\xd8\xff") },
  { format: "PNG", matches: begins("\x89PNG\r\n\x1a\n") },
  { format: "GIF", matches: begins("GIF87a", "GIF89a") },
  { format: "WebP", matches: (head) => head.startsWith("RIFF") && head.slice(8, 12) === "WEBP" },
  { format: "AVIF", matches: brands(/^avi[fs]$/) },
  { format: "TIFF", matches: begins("II*\0", "MM\0*", "II+\0", "MM\0+") },
  { format: "BMP", matches: isBmp },
  { format: { unsupported: "HEIC", remedy: heicRemedy }, matches: brands(/^(he[iv][a-z]|mif1|msf1)$/) },
  { format: { unsupported: "JPEG 2000" }, matches: begins("\0\0\0\x0cjP  ", "\xff\x4f\xff\x51") },
  { format: { unsupported: "JPEG XL" }, matches: begins("\xff\x0a", "\0\0\0\x0cJXL ") },
  { format: { unsupported: "PDF" }, matches: begins("%PDF-") },
  { format: { unsupported: "PostScript" }, matches: begins("%!PS") },
  { format: { unsupported: "a Photoshop file" }, matches: begins("8BPS") },
  { format: { unsupported: "an icon" }, matches: begins("\0\0\x01\0", "\0\0\x02\0") },
  { format: { unsupported: "a portable bitmap" }, matches: (head) => /^P[1-7]\s/.test(head) },
  { format: { unsupported: "QOI" }, matches: begins("qoif") },
  { format: { unsupported: "OpenEXR" }, matches: begins("v/1\x01") },
  { format: { unsupported: "Radiance HDR" }, matches: begins("#?RADIANCE", "#?RGBE") },
  { format: { unsupported: "SVG" }, matches: (head) => svgDocument.test(head) },
];

/**
 * Detects the format from the content.
 * @throws ImageError "UnsupportedImageFormat" (another image format), "NotAnImage"
 */
export function formatOf(bytes: Uint8Array): ImageFormat {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString("latin1");
  const found = signatures.find(({ matches }) => matches(head));
  if (typeof found?.format === "string") return found.format;
  if (found) throw unsupported(found.format.unsupported, found.format.remedy);
  throw new ImageError(
    "NotAnImage",
    bytes.length === 0
      ? "The file is empty: it has 0 bytes."
      : `The content is not an image of a known format; supported are ${supported}.`,
  );
}
