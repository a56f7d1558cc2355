import { exifOf, orientationOf } from "./exif.ts";
import { Parts } from "./parts.ts";

const headerBytes = 12;
/** Maximum number of frames passed to the decoder, which needs time quadratic in their number. Only the first is used. */
const maxFrames = 100;
const dropped = new Set(["XMP ", "EXIF"]);

/** The chunks of a WebP without its metadata, except for the orientation, and without most frames of a long animation. */
export function prepareWebp(bytes: Buffer): Buffer {
  const parts = new Parts(bytes);
  parts.keep(0, headerBytes);
  let frames = 0;
  let at = headerBytes;
  while (at + 8 <= bytes.length) {
    const type = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    // Chunks begin at even offsets.
    const end = at + 8 + length + (length % 2);
    if (end > bytes.length + 1) break;
    if (type === "ANMF") frames += 1;
    if (type === "EXIF") putOrientation(parts, bytes.subarray(at + 8, end));
    if (!dropped.has(type) && (type !== "ANMF" || frames <= maxFrames)) parts.keep(at, end);
    at = end;
  }
  parts.keep(at, bytes.length);
  const prepared = parts.bytes;
  if (prepared === bytes) return bytes;
  prepared.writeUInt32LE(prepared.length - 8, 4);
  return prepared;
}

function putOrientation(parts: Parts, block: Buffer): void {
  // Some programs write JPEG's prefix before it.
  const start = block.toString("latin1", 0, 6) === "Exif\0\0" ? 6 : 0;
  const orientation = orientationOf(block.subarray(start));
  if (orientation === undefined) return;
  const exif = exifOf(orientation);
  const header = Buffer.from("EXIF\0\0\0\0", "latin1");
  header.writeUInt32LE(exif.length, 4);
  parts.put(Buffer.concat([header, exif]));
}
