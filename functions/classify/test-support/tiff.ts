/** Bytes per value of a TIFF field type. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 13: 4, 16: 8 };

export interface TiffField {
  readonly tag: number;
  /** 1 BYTE, 3 SHORT, 4 LONG. */
  readonly type: number;
  readonly values: readonly number[];
}

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  /** Bits of each sample of a pixel. */
  readonly bits: readonly number[];
  /** 0 white is zero, 1 black is zero, 2 RGB, 5 CMYK, 8 CIELab. */
  readonly photometric: number;
  /** The stored samples: one strip, not compressed. */
  readonly data: Uint8Array;
  readonly more?: readonly TiffField[];
  /** Offset of the next directory. @default 0, none */
  readonly next?: number;
}

/** A little-endian TIFF with one strip, whose directory follows its pixels. */
export function tiff(options: TiffOptions): Buffer {
  const { width, height, bits, photometric, data, more = [], next = 0 } = options;
  const overridden = new Set(more.map(({ tag }) => tag));
  const short = (tag: number, ...values: number[]): TiffField => ({ tag, type: 3, values });
  const long = (tag: number, ...values: number[]): TiffField => ({ tag, type: 4, values });
  const start = 8 + data.length + (data.length % 2);
  const own = [
    long(256, width),
    long(257, height),
    short(258, ...bits),
    short(259, 1),
    short(262, photometric),
    long(273, 8),
    short(277, bits.length),
    long(278, height),
    long(279, data.length),
  ].filter(({ tag }) => !overridden.has(tag));
  const fields = [...own, ...more].sort((a, b) => a.tag - b.tag);
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  const outside: Buffer[] = [];
  let outsideAt = start + directory.length;
  directory.writeUInt16LE(fields.length, 0);
  for (const [position, { tag, type, values }] of fields.entries()) {
    const at = 2 + position * 12;
    const size = sizes[type] ?? 1;
    const bytes = Buffer.alloc(Math.max(4, size * values.length));
    for (const [index, value] of values.entries()) bytes.writeUIntLE(value, index * size, Math.min(size, 6));
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    if (bytes.length === 4) bytes.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(outsideAt, at + 8);
      outside.push(bytes);
      outsideAt += bytes.length;
    }
  }
  directory.writeUInt32LE(next, directory.length - 4);
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(start, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2), directory, ...outside]);
}

/** One pixel, repeated. */
export function repeated(pixel: readonly number[], times: number): Buffer {
  return Buffer.from(Array.from({ length: times }, () => pixel).flat());
}
