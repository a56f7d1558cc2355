/** A frame of Zstandard that holds up to 255 bytes as they are (RFC 8878, 3.1.1): any Node can make it. */
export function zstdFrame(content: Buffer): Buffer {
  const block = (content.length << 3) | 1;
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length]),
    Buffer.from([block & 255, (block >> 8) & 255, block >> 16]),
    content,
  ]);
}
