import { type ProbeCase, picturesPerCase } from "./probe-cases.ts";

const largestByte = 255;
/** The sum of a pair of neighbouring channels is at its limit if both weights have this size. */
const fullPairWeight = 64;

/**
 * The pictures of a case, concatenated. They produce the largest sums that are possible with the weights of the model.
 * If the weights of two neighbouring channels can both be this large, every byte is 255. Otherwise only every second
 * channel is 255 and the others are 0: the even channels in the first picture, the odd ones in the second.
 */
export function probePictures({ size, inputs, weight }: ProbeCase): Uint8Array {
  const bytes = size[0] * size[1] * inputs;
  if (isFull(weight)) return Buffer.alloc(picturesPerCase * bytes, largestByte);
  const pictures = Array.from({ length: picturesPerCase }, (_, picture) => {
    const pixel = Uint8Array.from({ length: inputs }, (_value, channel) => (channel % 2 === picture ? largestByte : 0));
    return Buffer.alloc(bytes, pixel);
  });
  return Buffer.concat(pictures);
}

/** The exact sums of a case, as [pictures, height, width] of the output. They are the same for all output channels. */
export function probeSums({ size, window, stride, padding, inputs, weight }: ProbeCase): Int32Array {
  const rows = coveredAlong(size[0], window[0], stride[0], padding);
  const columns = coveredAlong(size[1], window[1], stride[1], padding);
  const sums: number[] = [];
  for (let picture = 0; picture < picturesPerCase; picture += 1) {
    // Every pixel of a picture has the same channels set.
    const set = isFull(weight) ? inputs : Math.ceil((inputs - picture) / 2);
    const pixel = set * largestByte * weight;
    for (const row of rows) for (const column of columns) sums.push(row * column * pixel);
  }
  return Int32Array.from(sums);
}

/**
 * The step that scales the sums of a case to a signed byte. The largest becomes 101.37, so that no sum is near the
 * midpoint between two steps.
 */
export function stepOf(test: ProbeCase): number {
  return Math.fround(probeSums(test).reduce((most, sum) => Math.max(most, Math.abs(sum)), 0) / 101.37);
}

const isFull = (weight: number): boolean => Math.abs(weight) <= fullPairWeight;

/**
 * How many pixels of the picture each position of the window covers along one side. TensorFlow's "SAME" pads so that every
 * stride begins inside the picture. If the padding is odd, the extra pixel is at the end.
 */
function coveredAlong(size: number, window: number, stride: number, padding: ProbeCase["padding"]): readonly number[] {
  const length = padding === "VALID" ? Math.floor((size - window) / stride) + 1 : Math.ceil(size / stride);
  const padded = padding === "VALID" ? 0 : Math.max(0, (length - 1) * stride + window - size);
  return Array.from({ length }, (_, position) => {
    const first = position * stride - Math.floor(padded / 2);
    return Math.min(size, first + window) - Math.max(0, first);
  });
}
