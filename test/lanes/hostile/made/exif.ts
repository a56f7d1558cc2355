/** An EXIF segment of a JPEG with the given directories. Offsets count from the byte order mark. */
function segment(block: Buffer): Buffer {
  const head = Buffer.from("\xff\xe1\0\0Exif\0\0", "latin1");
  const bytes = Buffer.concat([head, block]);
  bytes.writeUInt16BE(bytes.length - 2, 2);
  return bytes;
}

/**
 * Directories (GPS, EXIF, interoperability) that all point to each other. A reader that follows every pointer never
 * finishes.
 */
export function tangledExif(entries: number): Buffer {
  const block = Buffer.alloc(8 + 2 + entries * 12 + 4);
  block.write("MM\0*", 0, "latin1");
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(entries, 8);
  const pointers = [0x8769, 0x8825, 0xa005];
  for (let entry = 0; entry < entries; entry++) {
    const at = 10 + entry * 12;
    block.writeUInt16BE(pointers[entry % pointers.length] ?? 0, at);
    block.writeUInt16BE(4, at + 2);
    block.writeUInt32BE(1, at + 4);
    block.writeUInt32BE(8 + (entry % 50) * 12, at + 8);
  }
  block.writeUInt32BE(8, block.length - 4);
  return segment(block);
}

/** A directory without entries that refers to itself as the next directory. */
export function endlessExif(): Buffer {
  const block = Buffer.from("MM\0*\0\0\0\x08\0\0\0\0\0\x08", "latin1");
  return segment(block);
}
