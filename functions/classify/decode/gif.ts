/** The first byte of a GIF block is its kind. */
const extension = 0x21;
const imageDescriptor = 0x2c;

/**
 * The area of the canvas that a GIF's first frame needs. A frame may extend beyond the declared screen, and a decoder
 * that enlarges its canvas would need more memory than the header suggests. 0 by 0 if there is no frame.
 */
export function firstFrameExtent(bytes: Buffer): { readonly width: number; readonly height: number } {
  const none = { width: 0, height: 0 };
  if (bytes.length < 13) return none;
  const flags = bytes.readUInt8(10);
  let at = 13 + tableBytes(flags);
  while (bytes[at] === extension) at = afterSubBlocks(bytes, at + 2);
  if (bytes[at] !== imageDescriptor || at + 9 > bytes.length) return none;
  return {
    width: bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5),
    height: bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7),
  };
}

/** Bytes of a colour table: three for each of 2^(n+1) colours, if the highest bit is set. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** A sub-block is a length and that many bytes; a length of 0 ends the list. */
function afterSubBlocks(bytes: Buffer, start: number): number {
  let at = start;
  for (let length = bytes[at]; length !== undefined && length !== 0; length = bytes[at]) at += 1 + length;
  return at + 1;
}
