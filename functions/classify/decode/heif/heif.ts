import { ImageError } from "../../image-error.ts";
import { checkPixels, type DecodeLimits } from "../limits.ts";
import { largestFrame } from "./av1.ts";
import { type HeifFile, type HeifItem, readHeif } from "./heif-boxes.ts";

/** Maximum depth of derived items: a picture may be a grid of tiles, with an alpha plane that is also a grid. */
const maxDepth = 6;
/** Maximum number of item decodings: a grid may have 256 by 256 tiles, but real pictures have some dozens. */
const maxDecoded = 4_096;
/** The codec's planes, and the interleaved picture. */
const bytesPerPixel = 7;

/**
 * Removes EXIF from an AVIF (the orientation is a property of the picture), after checking the size of every item that
 * will be decoded: the picture, its tiles, its alpha plane, its thumbnail. Sizes in the container are not trusted.
 * @throws ImageError "TooManyPixels", "CorruptImage" (items that contain each other)
 */
export function prepareAvif(bytes: Buffer, limits: DecodeLimits): Buffer {
  const file = readHeif(bytes);
  if (!file) return bytes;
  const pixels = new Decoding(bytes, file).pixelsOf(file.primary);
  checkPixels(`The AVIF image decodes ${pixels} pixels in all its parts`, pixels, pixels * bytesPerPixel, limits);
  for (const { type, typeAt } of file.items.values()) {
    // Decoders ignore items of the unknown type "skip".
    if (type === "Exif") bytes.write("skip", typeAt, "latin1");
  }
  return bytes;
}

/** Counts the pixels that are decoded for an item, including all its parts. */
class Decoding {
  readonly #bytes: Buffer;
  readonly #file: HeifFile;
  /** The largest frame in the properties: decoders get these headers before the data of each item. */
  readonly #announced: number;
  #decoded = 0;

  constructor(bytes: Buffer, file: HeifFile) {
    this.#bytes = bytes;
    this.#file = file;
    const configurations = file.properties.filter(({ type }) => type === "av1C");
    // The first four bytes of a configuration come before its headers.
    const frames = configurations.map(({ start, end }) => largestFrame(bytes.subarray(start + 4, end)));
    this.#announced = frames.reduce((most, frame) => Math.max(most, frame), 0);
  }

  pixelsOf(id: number, depth = 0): number {
    this.#decoded += 1;
    if (depth > maxDepth || this.#decoded > maxDecoded) {
      throw new ImageError("CorruptImage", "The AVIF image consists of too many parts: save it again.");
    }
    const item = this.#file.items.get(id);
    if (!item) return 0;
    const parts = this.#file.references.filter(({ type, from, to }) =>
      type === "dimg" ? from === id : (type === "auxl" || type === "thmb") && to.includes(id),
    );
    const others = parts.flatMap(({ type, from, to }) => (type === "dimg" ? to : [from]));
    return others.reduce((sum, other) => sum + this.pixelsOf(other, depth + 1), this.#own(item));
  }

  #own(item: HeifItem): number {
    const data = Buffer.concat(item.extents.map(({ start, end }) => this.#bytes.subarray(start, end)));
    if (item.type === "grid") return canvas(data, 4);
    if (item.type === "iovl") return canvas(data, 10);
    return item.type === "av01" ? Math.max(this.#announced, largestFrame(data)) : 0;
  }
}

/** The declared size of a derived picture; the lowest bit of its flags selects 16 or 32 bits. */
function canvas(data: Buffer, at: number): number {
  const size = ((data[1] ?? 0) & 1) === 1 ? 4 : 2;
  return data.length < at + 2 * size ? 0 : data.readUIntBE(at, size) * data.readUIntBE(at + size, size);
}
