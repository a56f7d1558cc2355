import { ImageError } from "../image-error.ts";
import { largestFrame } from "./av1.ts";
import { type HeifFile, type HeifItem, readHeif } from "./heif-boxes.ts";
import { checkPixels, type DecodeLimits } from "./limits.ts";

/** Items that are made of others, and how deep: a picture is a grid of tiles, with an alpha plane that may be one too. */
const maxDepth = 6;
/** Items that are decoded, each time that one is: a grid has at most 256 by 256 tiles, pictures have some dozens. */
const maxDecoded = 4_096;
/** Planes of the codec, then the interleaved picture. */
const bytesPerPixel = 7;

/**
 * An AVIF without its EXIF (the orientation is a property of the picture), once every item that will be decoded is known to be
 * small enough: the picture, its tiles, its alpha plane, its thumbnail. What the container says of a size is not believed.
 * @throws ImageError "TooManyPixels", "CorruptImage" (items that are made of each other)
 */
export function prepareAvif(bytes: Buffer, limits: DecodeLimits): Buffer {
  const file = readHeif(bytes);
  if (!file) return bytes;
  const pixels = new Decoding(bytes, file).pixelsOf(file.primary);
  checkPixels(`The AVIF image decodes ${pixels} pixels in all its parts`, pixels, pixels * bytesPerPixel, limits);
  for (const { type, typeAt } of file.items.values()) {
    // "skip" is no type that a decoder knows.
    if (type === "Exif") bytes.write("skip", typeAt, "latin1");
  }
  return bytes;
}

/** Counts the pixels that decoding an item takes, those of all that it is made of included. */
class Decoding {
  readonly #bytes: Buffer;
  readonly #file: HeifFile;
  /** The largest frame that the properties announce: decoders get these headers before each item's own data. */
  readonly #announced: number;
  #decoded = 0;

  constructor(bytes: Buffer, file: HeifFile) {
    this.#bytes = bytes;
    this.#file = file;
    const configurations = file.properties.filter(({ type }) => type === "av1C");
    // Four bytes of the configuration come before its headers.
    const frames = configurations.map(({ start, end }) => largestFrame(bytes.subarray(start + 4, end)));
    this.#announced = frames.reduce((most, frame) => Math.max(most, frame), 0);
  }

  pixelsOf(id: number, depth = 0): number {
    this.#decoded += 1;
    if (depth > maxDepth || this.#decoded > maxDecoded) {
      throw new ImageError("CorruptImage", "The AVIF image is made of more parts than a picture has: save it again.");
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

/** The size that a derived picture says it has; the lowest bit of its flags tells 16 from 32 bits. */
function canvas(data: Buffer, at: number): number {
  const size = ((data[1] ?? 0) & 1) === 1 ? 4 : 2;
  return data.length < at + 2 * size ? 0 : data.readUIntBE(at, size) * data.readUIntBE(at + size, size);
}
