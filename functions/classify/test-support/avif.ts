/** A box of an ISO base media file. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
}

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 255])));
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const versioned = (type: string, version: number, ...content: readonly Uint8Array[]) =>
  box(type, u32(version << 24), ...content);

/** An AV1 stream of a still picture with only a sequence header, which is enough to reject it by its size. */
export function sequenceHeader(width: number, height: number): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push(Math.floor(value / 2 ** bit) % 2);
  };
  put(0, 3); // profile
  put(1, 1); // a still picture
  put(1, 1); // with the reduced header
  put(8, 5); // level
  put(15, 4);
  put(15, 4);
  put(width - 1, 16);
  put(height - 1, 16);
  put(0, 16);
  const payload = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) payload[at >> 3] = (payload[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
  return Buffer.concat([u8(0x0a, payload.length), payload]);
}

export interface AvifItem {
  readonly id: number;
  readonly type: "av01" | "grid" | "iovl" | "iden" | "Exif";
  readonly data: Uint8Array;
  /** References from this item to its parts, or to the item that it belongs to. */
  readonly references?: readonly (readonly [type: "dimg" | "auxl" | "thmb", ...to: number[]])[];
  /** What the container says of its width and height, in pixels. @default 64 by 64 */
  readonly size?: readonly [width: number, height: number];
}

/**
 * An AVIF with the given items, of which the first is the picture.
 * @param configuration content of the box `av1C`, for items that are decoded
 */
export function avif(items: readonly AvifItem[], configuration: Uint8Array = u8(0x81, 0, 0, 0)): Buffer {
  const ftyp = box("ftyp", Buffer.from("avif\0\0\0\0avifmif1", "latin1"));
  const meta = (start: number) => {
    let at = start;
    const locations = items.map(({ id, data }) => {
      const location = Buffer.concat([u16(id, 0, 1), u32(at), u32(data.length)]);
      at += data.length;
      return location;
    });
    return versioned(
      "meta",
      0,
      versioned("hdlr", 0, u32(0), Buffer.from("pict"), Buffer.alloc(13)),
      versioned("pitm", 0, u16(items[0]?.id ?? 1)),
      versioned("iloc", 0, u8(0x44, 0), u16(items.length), ...locations),
      versioned(
        "iinf",
        0,
        u16(items.length),
        ...items.map(({ id, type }) => versioned("infe", 2, u16(id, 0), Buffer.from(`${type}\0`, "latin1"))),
      ),
      versioned(
        "iref",
        0,
        ...items.flatMap(({ id, references = [] }) =>
          references.map(([type, ...to]) => box(type, u16(id, to.length, ...to))),
        ),
      ),
      box(
        "iprp",
        box(
          "ipco",
          box("av1C", configuration),
          ...items.map(({ size: [width, height] = [64, 64] }) => versioned("ispe", 0, u32(width), u32(height))),
        ),
        versioned(
          "ipma",
          0,
          u32(items.length),
          // The first property is the configuration, the others are the sizes in the order of the items.
          ...items.map(({ id, type }, at) =>
            Buffer.concat([u16(id), type === "av01" ? u8(2, 0x81, at + 2) : u8(1, at + 2)]),
          ),
        ),
      ),
    );
  };
  const head = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(head), box("mdat", ...items.map(({ data }) => data))]);
}

/** The data of a grid. */
export function grid(rows: number, columns: number, width: number, height: number): Buffer {
  return Buffer.concat([u8(0, 1, rows - 1, columns - 1), u32(width), u32(height)]);
}

/** The stream and the configuration of an AVIF of one item, as an encoder wrote it. */
export function streamOf(file: Buffer): { readonly stream: Buffer; readonly configuration: Buffer } {
  const content = (type: string): Buffer => {
    const at = file.indexOf(type, 0, "latin1");
    return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
  };
  return { stream: content("mdat"), configuration: content("av1C") };
}
