export interface BmpOptions {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  /** The stored rows, padded, or run-length encoded bytes. */
  readonly data: Uint8Array;
  /** Bytes of the header: 40 (V1), 52 (V2, with masks), 56 (V3), 108 (V4), 124 (V5). @default 40 */
  readonly headerBytes?: 40 | 52 | 56 | 108 | 124;
  /** 0 none, 1 8-bit RLE, 2 4-bit RLE, 3 masks. @default 0 */
  readonly compression?: number;
  /** Masks of red, green, blue and alpha. */
  readonly masks?: readonly [number, number, number, number];
  /** Blue, green, red, 0 of each colour. */
  readonly palette?: readonly (readonly number[])[];
  /** The four reserved bytes of the file header. @default 0 */
  readonly reserved?: number;
}

/** A BMP. A negative height means that its first row is the top row. */
export function bmp(options: BmpOptions): Buffer {
  const { width, height, bitsPerPixel, data, headerBytes = 40, compression = 0, palette = [], reserved = 0 } = options;
  const header = Buffer.alloc(14 + headerBytes);
  const colours = Buffer.from(palette.flat());
  const outside = headerBytes === 40 && compression === 3 ? Buffer.alloc(12) : Buffer.alloc(0);
  const start = header.length + outside.length + colours.length;
  header.write("BM");
  header.writeUInt32LE(start + data.length, 2);
  header.writeUInt32LE(reserved, 6);
  header.writeUInt32LE(start, 10);
  header.writeUInt32LE(headerBytes, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bitsPerPixel, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(data.length, 34);
  header.writeUInt32LE(palette.length, 46);
  for (const [index, mask] of (options.masks ?? []).entries()) {
    if (headerBytes > 40 && 54 + index * 4 + 4 <= header.length) header.writeUInt32LE(mask >>> 0, 54 + index * 4);
    else if (outside.length > 0 && index < 3) outside.writeUInt32LE(mask >>> 0, index * 4);
  }
  return Buffer.concat([header, outside, colours, data]);
}
