import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extremes, largestPair, largestWeight, toSymmetric } from "./integer-weights.ts";

const weights = fc
  .record({
    height: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: 5 }),
    outputs: fc.integer({ min: 1, max: 4 }),
    zeroPoint: fc.integer({ min: 0, max: 255 }),
    seed: fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
  })
  .map(({ height, width, inputs, outputs, zeroPoint, seed }) => ({
    shape: [height, width, inputs, outputs] as const,
    bytes: Uint8Array.from({ length: height * width * inputs * outputs }, () => Number(seed.next().value)),
    scale: 0.25,
    zeroPoint,
  }));

describe("symmetric weights", () => {
  it("respect both limits, and represent the same values within half a step", () => {
    fc.assert(
      fc.property(weights, (source) => {
        const { values, scales, shape } = toSymmetric(source);
        const { single, pair } = extremes(values, shape);
        expect(single).toBeLessThanOrEqual(largestWeight);
        expect(pair).toBeLessThanOrEqual(largestPair);
        source.bytes.forEach((byte, index) => {
          const scale = scales[index % shape[3]] ?? 0;
          const real = source.scale * (byte - source.zeroPoint);
          expect(Math.abs((values[index] ?? 0) * scale - real)).toBeLessThanOrEqual(scale / 2 + 1e-4);
        });
      }),
    );
  });

  const channel = (bytes: readonly number[], zeroPoint = 128) =>
    toSymmetric({ shape: [1, 1, bytes.length, 1], bytes: Uint8Array.from(bytes), scale: 0.5, zeroPoint });

  it("keep their numbers where these are within the limits", () => {
    expect(channel([255, 129, 1, 127])).toMatchObject({
      values: Int8Array.of(127, 1, -127, -1),
      scales: Float32Array.of(0.5),
    });
  });

  it.each([
    ["a pair above its limit", [255, 130], 128],
    ["a negative one", [1, 126], 128],
    ["a number above its limit", [200, 0], 0],
  ])("are rounded to a coarser scale for %s", (_what, bytes, zeroPoint) => {
    const { values, scales, shape } = channel(bytes, zeroPoint);
    expect(scales[0]).toBeGreaterThan(0.5);
    expect(extremes(values, shape).pair).toBeLessThanOrEqual(largestPair);
  });

  it("do not pair the last channel of one position with the first of the next", () => {
    const bytes = Uint8Array.of(1, 2, 255, 255, 2, 1);
    const { scales } = toSymmetric({ shape: [1, 2, 3, 1], bytes, scale: 1, zeroPoint: 128 });
    expect(scales[0]).toBeGreaterThan(1);
    const apart = Uint8Array.of(128, 128, 255, 255, 128, 128);
    expect(toSymmetric({ shape: [1, 2, 3, 1], bytes: apart, scale: 1, zeroPoint: 128 }).scales[0]).toBe(1);
  });
});
