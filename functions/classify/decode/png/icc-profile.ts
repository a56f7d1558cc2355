/** A transfer function: `(a x + b) ** g` from `d` on, and `c x` below. */
export interface Transfer {
  readonly g: number;
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly d?: number;
}

/** A chromaticity: x and y of CIE 1931. */
export type Chromaticity = readonly [x: number, y: number];

export interface Primaries {
  readonly white: Chromaticity;
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
}

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** The white of every profile (ICC.1:2022, 7.2.16). */
const d50: Vector = [0.9642, 1, 0.8249];
/** Adapts one white to another (Bradford, ICC.1:2022, annex E). */
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const headerBytes = 128;
const entryBytes = 12;

/** A profile of version 4 (ICC.1:2022) for grey samples. */
export function greyProfile(transfer: Transfer): Buffer {
  return profile("GRAY", { wtpt: xyz(d50), kTRC: curve(transfer) });
}

/** A profile of version 4 (ICC.1:2022) for RGB samples. @throws RangeError if the primaries span no colours */
export function rgbProfile(transfer: Transfer, primaries: Primaries): Buffer {
  const [red, green, blue] = columns(toD50(primaries));
  const shared = curve(transfer);
  return profile("RGB ", {
    wtpt: xyz(d50),
    rXYZ: xyz(red),
    gXYZ: xyz(green),
    bXYZ: xyz(blue),
    rTRC: shared,
    gTRC: shared,
    bTRC: shared,
  });
}

function profile(space: "GRAY" | "RGB ", tags: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tags);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(0x04400000, 8);
  header.write(`mntr${space}XYZ `, 12, "latin1");
  header.write("acsp", 36, "latin1");
  xyz(d50).copy(header, 68, 8);
  const table = Buffer.alloc(4 + entries.length * entryBytes);
  table.writeUInt32BE(entries.length, 0);
  let offset = header.length + table.length;
  for (const [index, [name, data]] of entries.entries()) {
    const at = 4 + index * entryBytes;
    table.write(name, at, "latin1");
    table.writeUInt32BE(offset, at + 4);
    table.writeUInt32BE(data.length, at + 8);
    offset += data.length;
  }
  header.writeUInt32BE(offset, 0);
  return Buffer.concat([header, table, ...entries.map(([, data]) => data)]);
}

function xyz(values: Vector): Buffer {
  return Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), ...values.map(fixed)]);
}

/** A parametric curve with all of type 3's parameters. */
function curve({ g, a = 1, b = 0, c = 0, d = 0 }: Transfer): Buffer {
  return Buffer.concat([Buffer.from("para\0\0\0\0\0\x03\0\0", "latin1"), ...[g, a, b, c, d].map(fixed)]);
}

/** A number of 16 bits before and 16 after the point. */
function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

/** From linear RGB to XYZ with the white of profiles. */
function toD50({ white, red, green, blue }: Primaries): Matrix {
  const source = fromChromaticity(white);
  const unscaled = columns([fromChromaticity(red), fromChromaticity(green), fromChromaticity(blue)]);
  const scaled = scaleColumns(unscaled, apply(inverse(unscaled), source));
  const [from, to] = [apply(bradford, source), apply(bradford, d50)];
  const gain: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return multiply(inverse(bradford), multiply(gain, multiply(bradford, scaled)));
}

function fromChromaticity([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function columns([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function scaleColumns(matrix: Matrix, by: Vector): Matrix {
  const [a, b, c] = columns(matrix);
  const scale = (row: Vector, factor: number): Vector => [row[0] * factor, row[1] * factor, row[2] * factor];
  return columns([scale(a, by[0]), scale(b, by[1]), scale(c, by[2])]);
}

function apply([a, b, c]: Matrix, vector: Vector): Vector {
  return [dot(a, vector), dot(b, vector), dot(c, vector)];
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = columns(right);
  return columns([apply(left, a), apply(left, b), apply(left, c)]);
}

function inverse([a, b, c]: Matrix): Matrix {
  const determinant = dot(a, cross(b, c));
  if (!(Math.abs(determinant) > 1e-6)) throw new RangeError("The primaries span no colours.");
  const divided = (vector: Vector): Vector => [
    vector[0] / determinant,
    vector[1] / determinant,
    vector[2] / determinant,
  ];
  return columns([divided(cross(b, c)), divided(cross(c, a)), divided(cross(a, b))]);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
