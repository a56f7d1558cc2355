const orientationTag = 0x0112;
const entryBytes = 12;
/** Types of TIFF 6.0 whose value is a small number: BYTE, SHORT, LONG. */
const numbers: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/**
 * The orientation (1 to 8) in the first directory of an EXIF block, the only field that changes the picture.
 * `block` begins with the byte order. No other directory is read, so directories that point to each other do no harm.
 */
export function orientationOf(block: Buffer): number | undefined {
  const order = block.toString("latin1", 0, 4);
  if (order !== "II*\0" && order !== "MM\0*") return undefined;
  const little = order.startsWith("II");
  const read = (at: number, bytes: 1 | 2 | 4): number | undefined => {
    if (at < 0 || at + bytes > block.length) return undefined;
    return little ? block.readUIntLE(at, bytes) : block.readUIntBE(at, bytes);
  };
  const start = read(4, 4) ?? block.length;
  const count = read(start, 2) ?? 0;
  for (let entry = 0; entry < count; entry++) {
    const at = start + 2 + entry * entryBytes;
    const tag = read(at, 2);
    if (tag === undefined) return undefined;
    if (tag !== orientationTag) continue;
    const size = numbers[read(at + 2, 2) ?? 0];
    const value = size === undefined ? undefined : read(at + 8, size);
    return value !== undefined && value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** An EXIF block with only the orientation. */
export function exifOf(orientation: number): Buffer {
  const block = Buffer.alloc(8 + 2 + entryBytes + 4);
  block.write("MM\0*", 0, "latin1");
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(1, 8);
  block.writeUInt16BE(orientationTag, 10);
  block.writeUInt16BE(3, 12);
  block.writeUInt32BE(1, 14);
  block.writeUInt16BE(orientation, 18);
  return block;
}
