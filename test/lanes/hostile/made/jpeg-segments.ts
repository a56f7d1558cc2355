/** Offset of the first segment with one of these markers. */
function find(jpeg: Buffer, ...codes: readonly number[]): number {
  let at = 2;
  while (at + 4 <= jpeg.length && !codes.includes(jpeg[at + 1] ?? 0)) at += 2 + jpeg.readUInt16BE(at + 2);
  return at;
}

const frames = [0xc0, 0xc1, 0xc2];
const scan = 0xda;

/** Turns the picture into a progressive JPEG whose scans refine nothing, although each covers the whole picture. */
export function withScans(jpeg: Buffer, count: number): Buffer {
  const head = Buffer.from(jpeg.subarray(0, find(jpeg, scan)));
  head[find(head, ...frames) + 1] = 0xc2;
  const components = [1, 2, 3].flatMap((id) => [id, 0]);
  // The first scan contains the DC coefficients of all components. Each later scan contains luminance AC coefficients
  // as a single run of empty blocks.
  const first = Buffer.from([0xff, scan, 0, 12, 3, ...components, 0, 0, 0, 0x00]);
  const more = Buffer.from([0xff, scan, 0, 8, 1, 1, 0, 1, 63, 0, 0xff, 0xd0]);
  return Buffer.concat([
    head,
    first,
    Buffer.alloc(64),
    ...new Array<Buffer>(count).fill(more),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** The picture as if its frame were of this kind (its marker, 0xc0 to 0xcf). */
export function inFrame(jpeg: Buffer, kind: number): Buffer {
  const file = Buffer.from(jpeg);
  file[find(file, ...frames) + 1] = kind;
  return file;
}

/** A separate scan for each component, repeated. */
export function withBaselineScans(jpeg: Buffer, count: number): Buffer {
  const head = jpeg.subarray(0, find(jpeg, scan));
  const more = Buffer.from([0xff, scan, 0, 8, 1, 1, 0, 0, 63, 0, 0]);
  return Buffer.concat([head, ...new Array<Buffer>(count).fill(more), Buffer.from([0xff, 0xd9])]);
}

/** Adds a frame header with this size, either in place of the picture's own header or after it. */
export function withFrames(jpeg: Buffer, width: number, height: number, replace = false): Buffer {
  const at = find(jpeg, ...frames);
  const end = at + 2 + jpeg.readUInt16BE(at + 2);
  const frame = Buffer.from(jpeg.subarray(at, end));
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([jpeg.subarray(0, replace ? at : end), frame, jpeg.subarray(end)]);
}

/** Inserts these segments before all others. */
export function withSegments(jpeg: Buffer, segments: readonly Buffer[]): Buffer {
  const sized = segments.map((segment) => {
    const bytes = Buffer.from(segment);
    bytes.writeUInt16BE(bytes.length - 2, 2);
    return bytes;
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...sized, jpeg.subarray(2)]);
}
