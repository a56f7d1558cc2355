/** A GIF block begins with its kind. */
const extension = 0x21;
const imageDescriptor = 0x2c;

/**
 * The area that a GIF's first frame reaches on its canvas. A frame may lie outside the declared screen, and a decoder
 * that grows its canvas for it would spend what the header does not tell. 0 by 0 when there is no frame.
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

/** Bytes of a colour table: three for each of 2^(n+1) colours, if the highest bit says there is one. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Sub-blocks are a length and as many bytes; a length of 0 ends them. */
function afterSubBlocks(bytes: Buffer, start: number): number {
  let at = start;
  for (let length = bytes[at]; length !== undefined && length !== 0; length = bytes[at]) at += 1 + length;
  return at + 1;
}
