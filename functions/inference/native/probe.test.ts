import { describe, expect, it } from "vitest";
import { checkExact, type RunConvolutions } from "./probe.ts";
import { type ProbeCase, picturesPerCase } from "./probe-cases.ts";
import { probePictures, probeSums } from "./probe-reference.ts";

const testCase = (changed: Partial<ProbeCase> = {}): ProbeCase => ({
  input: "in",
  output: "out",
  size: [4, 4],
  window: [3, 3],
  stride: [1, 1],
  padding: "SAME",
  inputs: 8,
  outputs: 4,
  weight: 127,
  ...changed,
});

/** Adds the products of a pixel's channels; kernels differ in how they do it. */
type Sum = (products: readonly number[]) => number;
const exact: Sum = (products) => products.reduce((a, b) => a + b, 0);
const saturated = (value: number): number => Math.max(-32_768, Math.min(32_767, value));
const inGroups =
  (groupOf: (channel: number) => number): Sum =>
  (products) => {
    const groups = new Map<number, number>();
    for (const [channel, product] of products.entries()) {
      const group = groupOf(channel);
      groups.set(group, saturated((groups.get(group) ?? 0) + product));
    }
    return exact([...groups.values()]);
  };

/** A naive convolution with TensorFlow's padding. */
const convolve =
  (sum: Sum): RunConvolutions =>
  (cases, pictures) =>
    cases.map(({ size, window, stride, padding, inputs, outputs, weight }, index) => {
      const lengths = [0, 1].map((axis) => {
        const [n = 0, k = 0, s = 1] = [size[axis], window[axis], stride[axis]];
        return padding === "SAME" ? Math.ceil(n / s) : Math.ceil((n - k + 1) / s);
      }) as [number, number];
      const before = [0, 1].map((axis) => {
        const total = ((lengths[axis] ?? 0) - 1) * (stride[axis] ?? 1) + (window[axis] ?? 0) - (size[axis] ?? 0);
        return padding === "SAME" ? Math.max(0, total) >> 1 : 0;
      }) as [number, number];
      const sums: number[] = [];
      for (let position = 0; position < picturesPerCase * lengths[0] * lengths[1]; position += 1) {
        const x = position % lengths[1];
        const y = Math.floor(position / lengths[1]) % lengths[0];
        const picture = Math.floor(position / (lengths[0] * lengths[1])) * size[0] * size[1];
        let total = 0;
        for (let ky = 0; ky < window[0]; ky += 1) {
          for (let kx = 0; kx < window[1]; kx += 1) {
            const [row, column] = [y * stride[0] + ky - before[0], x * stride[1] + kx - before[1]];
            if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) continue;
            const start = (picture + row * size[1] + column) * inputs;
            total += sum(Array.from(pictures[index]?.subarray(start, start + inputs) ?? [], (byte) => byte * weight));
          }
        }
        sums.push(...new Array<number>(outputs).fill(total));
      }
      return Int32Array.from(sums);
    });

const cases: readonly (readonly [string, ProbeCase])[] = [
  ["3 by 3, padded", testCase()],
  ["3 by 3, every second pixel", testCase({ stride: [2, 2], padding: "VALID", size: [5, 5] })],
  ["1 by 7", testCase({ window: [1, 7], size: [2, 8], weight: -127 })],
  ["5 by 5", testCase({ window: [5, 5], size: [6, 6] })],
  ["1 by 1 with half of the largest pair", testCase({ window: [1, 1], size: [2, 2], weight: 64 })],
  ["three channels", testCase({ inputs: 3 })],
];

describe("the probe", () => {
  it.each(cases)("passes a kernel that is exact: %s", (_name, test) => {
    expect(() => checkExact([test], convolve(exact))).not.toThrow();
  });

  it.each(cases)(
    "passes a kernel that sums neighbouring channels in 16 bits, which the limit on weights allows: %s",
    (_name, test) => {
      expect(() => checkExact([test], convolve(inGroups((channel) => channel >> 1)))).not.toThrow();
    },
  );

  it.each(cases)("fails a kernel that saturates sums of four channels: %s", (_name, test) => {
    expect(() => checkExact([test], convolve(inGroups((channel) => channel >> 2)))).toThrow(
      expect.objectContaining({ reason: "inexact", message: expect.stringContaining("where the exact sum is") }),
    );
  });

  it("fails a kernel that pairs other channels than those that the weights were limited for", () => {
    const apart = inGroups((channel) => channel % 4);
    expect(() => checkExact([testCase()], convolve(apart))).toThrow("3 by 3 from 8 to 4 channels");
  });

  it("fails a kernel that is wrong only for odd channels", () => {
    const half: Sum = (products) => exact(products) - (products[1] === 0 ? 0 : 1);
    expect(() => checkExact([testCase()], convolve(half))).toThrow(expect.objectContaining({ reason: "inexact" }));
  });

  it("fails a kernel with one wrong value in one output channel, or a missing output", () => {
    const oneOff: RunConvolutions = (tests, pictures) =>
      convolve(exact)(tests, pictures).map((sums) => sums.map((sum, at) => (at === sums.length - 1 ? sum + 1 : sum)));
    expect(() => checkExact([testCase()], oneOff)).toThrow(expect.objectContaining({ reason: "inexact" }));
    expect(() => checkExact([testCase()], () => [new Int32Array(4)])).toThrow(/gives (nothing|0) where/);
  });
});

describe("the reference", () => {
  it.each(cases)("equals a naive convolution: %s", (_name, test) => {
    const [plain = new Int32Array()] = convolve(exact)([test], [probePictures(test)]);
    expect([...probeSums(test)]).toEqual([...plain].filter((_, at) => at % test.outputs === 0));
  });

  it("uses the largest sums of two channels that the weights allow", () => {
    const pictures = (weight: number) => [...probePictures(testCase({ size: [1, 1], inputs: 4, weight }))];
    expect(pictures(127)).toEqual([255, 0, 255, 0, 0, 255, 0, 255]);
    expect(pictures(-64)).toEqual(new Array<number>(8).fill(255));
  });
});
