import { crc32, deflateSync } from "node:zlib";

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly bits: 1 | 8 | 16;
  /** 0 grey, 2 RGB, 6 RGB with alpha. */
  readonly colour: 0 | 2 | 6;
  /** Rows, each preceded by its filter number. */
  readonly data: Uint8Array;
  readonly interlaced?: boolean;
  /** Chunks before the pixels. */
  readonly more?: readonly Buffer[];
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** A PNG with its pixels in one compressed chunk. */
export function png({ width, height, bits, colour, data, interlaced = false, more = [] }: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", deflateSync(data, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
