/** A box of an ISO base media file (ISO/IEC 14496-12); `start` and `end` are those of its content. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** An item of a HEIF file (ISO/IEC 23008-12). */
export interface HeifItem {
  readonly type: string;
  /** Offset of the type in the file. */
  readonly typeAt: number;
  /** The ranges of its data in the file. */
  readonly extents: readonly { readonly start: number; readonly end: number }[];
}

export interface HeifFile {
  readonly primary: number;
  readonly items: ReadonlyMap<number, HeifItem>;
  /** References to other items by type: `dimg` to its parts, `auxl` and `thmb` to the item that it belongs to. */
  readonly references: readonly { readonly type: string; readonly from: number; readonly to: readonly number[] }[];
  /** Contents of the property boxes, such as `av1C`. */
  readonly properties: readonly Box[];
}

/** Reads numbers of different widths in order. Numbers past the end are 0. */
class Cursor {
  readonly #bytes: Buffer;
  at: number;
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }
  read(size: number): number {
    let value = 0;
    for (let byte = 0; byte < size; byte++, this.at++) value = value * 256 + (this.#bytes[this.at] ?? 0);
    return value;
  }
}

/** The boxes between two offsets; a truncated box ends at the end offset. */
export function boxesOf(bytes: Buffer, start: number, end: number): readonly Box[] {
  const boxes: Box[] = [];
  let at = start;
  while (at + 8 <= end) {
    const cursor = new Cursor(bytes, at);
    const short = cursor.read(4);
    const type = bytes.toString("latin1", at + 4, at + 8);
    cursor.at += 4;
    const size = short === 1 ? cursor.read(8) : short === 0 ? end - at : short;
    if (at + size < cursor.at) break;
    boxes.push({ type, start: cursor.at, end: Math.min(end, at + size) });
    at += size;
  }
  return boxes;
}

/** Reads the items of a HEIF file; undefined if there is no primary item. */
export function readHeif(bytes: Buffer): HeifFile | undefined {
  const meta = boxesOf(bytes, 0, bytes.length).find(({ type }) => type === "meta");
  if (!meta) return undefined;
  const boxes = boxesOf(bytes, meta.start + 4, meta.end);
  const named = (type: string) => boxes.find((box) => box.type === type);
  const [pitm, iinf, iloc, iref, iprp] = ["pitm", "iinf", "iloc", "iref", "iprp"].map(named);
  if (!pitm || !iinf || !iloc) return undefined;
  const { version, cursor } = full(bytes, pitm);
  const extents = readLocations(bytes, iloc, named("idat")?.start ?? 0);
  return {
    primary: cursor.read(version === 0 ? 2 : 4),
    items: readItems(bytes, iinf, extents),
    references: iref ? readReferences(bytes, iref) : [],
    properties: iprp
      ? boxesOf(bytes, iprp.start, iprp.end)
          .filter(({ type }) => type === "ipco")
          .flatMap(({ start, end }) => boxesOf(bytes, start, end))
      : [],
  };
}

function full(bytes: Buffer, box: Box): { readonly version: number; readonly cursor: Cursor } {
  const cursor = new Cursor(bytes, box.start);
  const version = cursor.read(1);
  cursor.at += 3;
  return { version, cursor };
}

function readItems(
  bytes: Buffer,
  iinf: Box,
  extents: ReadonlyMap<number, HeifItem["extents"]>,
): ReadonlyMap<number, HeifItem> {
  const items = new Map<number, HeifItem>();
  const { version, cursor } = full(bytes, iinf);
  cursor.read(version === 0 ? 2 : 4);
  for (const infe of boxesOf(bytes, cursor.at, iinf.end)) {
    const entry = full(bytes, infe);
    if (infe.type !== "infe" || entry.version < 2) continue;
    const id = entry.cursor.read(entry.version === 2 ? 2 : 4);
    const typeAt = entry.cursor.at + 2;
    items.set(id, { type: bytes.toString("latin1", typeAt, typeAt + 4), typeAt, extents: extents.get(id) ?? [] });
  }
  return items;
}

function readLocations(bytes: Buffer, iloc: Box, idat: number): ReadonlyMap<number, HeifItem["extents"]> {
  const locations = new Map<number, HeifItem["extents"]>();
  const { version, cursor } = full(bytes, iloc);
  const sizes = cursor.read(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  const count = cursor.read(version < 2 ? 2 : 4);
  for (let item = 0; item < count && cursor.at < iloc.end; item++) {
    const id = cursor.read(version < 2 ? 2 : 4);
    const inData = version !== 0 && (cursor.read(2) & 15) === 1;
    cursor.read(2);
    const base = cursor.read(baseSize) + (inData ? idat : 0);
    const extents = [];
    const parts = cursor.read(2);
    for (let part = 0; part < parts && cursor.at < iloc.end; part++) {
      cursor.read(indexSize);
      const start = base + cursor.read(offsetSize);
      const length = cursor.read(lengthSize);
      extents.push({ start, end: length === 0 ? bytes.length : start + length });
    }
    locations.set(id, extents);
  }
  return locations;
}

function readReferences(bytes: Buffer, iref: Box): HeifFile["references"] {
  const { version, cursor } = full(bytes, iref);
  const idSize = version === 0 ? 2 : 4;
  return boxesOf(bytes, cursor.at, iref.end).map(({ type, start, end }) => {
    const entry = new Cursor(bytes, start);
    const from = entry.read(idSize);
    const count = Math.min(entry.read(2), Math.floor((end - entry.at) / idSize));
    return { type, from, to: Array.from({ length: count }, () => entry.read(idSize)) };
  });
}
