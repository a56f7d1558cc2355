import { describe, expect, it } from "vitest";
import { boundsFor, mostBounds } from "./bounds.ts";

describe("boundsFor", () => {
  it.each<[string, [number, number, number], { processorMs: number; wallMs: number }]>([
    ["one image in a call of two minutes", [119_000, 1, 1], mostBounds],
    ["a batch of eight in a call of two minutes", [119_000, 8, 2], mostBounds],
    ["a batch of a hundred", [119_000, 100, 2], { processorMs: 2_380, wallMs: 2_380 }],
    ["two images of a synchronous request, one decoder", [20_000, 2, 1], { processorMs: 5_000, wallMs: 10_000 }],
    ["sixteen images of a synchronous request", [20_000, 16, 2], { processorMs: 2_500, wallMs: 2_500 }],
    ["a call that is almost over", [1_000, 2, 1], { processorMs: 500, wallMs: 2_000 }],
    ["a call that is over", [-1, 1, 1], { processorMs: 500, wallMs: 2_000 }],
  ])("%s", (_what, [remaining, images, decoders], expected) => {
    expect(boundsFor(remaining, images, decoders)).toEqual(expected);
  });

  it.each([1, 2, 4])(
    "half of a batch of any size that take all they may leave time for the rest (%i decoders)",
    (decoders) => {
      for (let images = 2; images <= 100; images += 2) {
        let remaining = 119_000;
        for (let left = images; left > images / 2; left -= 1)
          remaining -= boundsFor(remaining, left, decoders).wallMs / decoders;
        expect(remaining).toBeGreaterThan((images / 2) * 250);
      }
    },
  );
});
