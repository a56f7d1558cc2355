import type { ProbeCase } from "./probe-cases.ts";

const largestByte = 255;
/** A picture has this many bytes set, and every channel of a weight this large is at the limit of what may be summed. */
const fullPairWeight = 64;

/**
 * The picture of a case, with the largest sums that the weights of this network allow: every byte 255 where two
 * neighbouring weights of this size stay within the limit of a pair, else every other channel 255, and 0 between them.
 * `odd` picks the channels: the even ones or the odd ones.
 */
export function probePicture({ size, inputs, weight }: ProbeCase, odd: boolean): Uint8Array {
  const [height, width] = size;
  if (Math.abs(weight) <= fullPairWeight) return new Uint8Array(height * width * inputs).fill(largestByte);
  return Uint8Array.from({ length: height * width * inputs }, (_, place) =>
    (place % inputs) % 2 === (odd ? 1 : 0) ? largestByte : 0,
  );
}

/** The exact sums of a case, [height, width] of the output: all output channels have the same. */
export function probeSums(test: ProbeCase, picture: Uint8Array): Int32Array {
  const { size, window, stride, padding, inputs, weight } = test;
  const [rows, columns] = [0, 1].map((axis) =>
    axisOf(size[axis] ?? 0, window[axis] ?? 0, stride[axis] ?? 1, padding),
  ) as [Axis, Axis];
  const totals = new Int32Array(size[0] * size[1]);
  picture.forEach((byte, place) => {
    const position = Math.floor(place / inputs);
    totals[position] = (totals[position] ?? 0) + byte;
  });
  const sums = new Int32Array(rows.length * columns.length);
  for (let y = 0; y < rows.length; y += 1) {
    for (let x = 0; x < columns.length; x += 1) {
      let sum = 0;
      for (const row of covered(y, rows, size[0])) {
        for (const column of covered(x, columns, size[1])) sum += totals[row * size[1] + column] ?? 0;
      }
      sums[y * columns.length + x] = sum * weight;
    }
  }
  return sums;
}

interface Axis {
  readonly length: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
}

/** TensorFlow's rule: "SAME" pads so that every stride begins inside the picture, the odd pixel behind it. */
function axisOf(size: number, window: number, stride: number, padding: ProbeCase["padding"]): Axis {
  if (padding === "VALID") return { length: Math.floor((size - window) / stride) + 1, window, stride, before: 0 };
  const length = Math.ceil(size / stride);
  const padded = Math.max(0, (length - 1) * stride + window - size);
  return { length, window, stride, before: Math.floor(padded / 2) };
}

function covered(place: number, { window, stride, before }: Axis, size: number): readonly number[] {
  const first = place * stride - before;
  return Array.from({ length: window }, (_, step) => first + step).filter((at) => at >= 0 && at < size);
}
