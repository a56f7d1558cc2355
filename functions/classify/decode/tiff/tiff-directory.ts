/** Bytes per value of a field's type, for the types whose values are numbers: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
/** Maximum number of values read from one field: no supported picture has more samples per pixel. */
const maxValues = 64;

/** The first directory of a TIFF or BigTIFF. */
export interface TiffDirectory {
  /** The values of a field; empty if it is absent or not numeric. */
  values(tag: number): readonly number[];
  /** Makes this directory the only one of the file. */
  cut(): void;
}

/** Reads the first directory; undefined if it is outside the file. */
export function readDirectory(bytes: Buffer): TiffDirectory | undefined {
  const little = bytes.toString("latin1", 0, 2) === "II";
  const number = (at: number, size: number): number => {
    if (at < 0 || at + size > bytes.length) return Number.NaN;
    if (size < 8) return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
    return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const big = number(2, 2) === 43;
  const offsetSize = big ? 8 : 4;
  const countSize = big ? 8 : 2;
  const entrySize = 4 + 2 * offsetSize;
  const start = number(big ? 8 : 4, offsetSize);
  const count = number(start, countSize);
  const first = start + countSize;
  if (!Number.isSafeInteger(count) || first + count * entrySize > bytes.length) return undefined;

  const fields = new Map<number, readonly number[]>();
  for (let entry = 0; entry < count; entry++) {
    const at = first + entry * entrySize;
    const tag = number(at, 2);
    const size = sizes[number(at + 2, 2)];
    const length = number(at + 4, offsetSize);
    if (size === undefined || fields.has(tag)) continue;
    const from = size * length <= offsetSize ? at + 4 + offsetSize : number(at + 4 + offsetSize, offsetSize);
    const values = Array.from({ length: Math.min(length, maxValues) }, (_, each) => number(from + each * size, size));
    fields.set(tag, values.filter(Number.isFinite));
  }
  const next = first + count * entrySize;
  return {
    values: (tag) => fields.get(tag) ?? [],
    cut: () => {
      bytes.fill(0, next, next + offsetSize);
    },
  };
}
