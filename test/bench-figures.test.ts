import { describe, expect, it } from "vitest";
import { aimsOf, figure, verdict, wasmAim } from "../bench/figures.ts";

const figuresOn = (processor: "avx2" | "avx512-vnni", batch: number) => {
  const aims = aimsOf(processor);
  return [
    figure({ name: "infer-only", peer: "p", aim: aims.inferOnly }, 41, 100),
    figure({ name: "batch-8", peer: "p", aim: aims.batch8 }, batch, 100),
    figure({ name: "memory", peer: "p", unit: "MB" }, 1, 2),
  ];
};

describe("the verdict", () => {
  it("counts each must on a processor with VNNI", () => {
    expect(verdict(figuresOn("avx512-vnni", 40), "avx512-vnni")).toMatch(
      /^1 of 2 musts of avx512-vnni are met \(.*\)\.$/,
    );
  });

  it.each([40, 60])("neither counts as met nor as missed what was set for VNNI, at %d %%", (batch) => {
    const sentence = verdict(figuresOn("avx2", batch), "avx2");
    expect(sentence).toMatch(/^1 of 1 musts of avx2 are met/);
    expect(sentence).toContain("must is for VNNI: batch-8. This processor lacks VNNI");
  });
});

it.each([
  [24, ["avx2", "avx_vnni"], 2.6],
  [24, ["avx2", "avx512_vnni"], 4.4],
  [22, ["avx2", "avx_vnni"], 4.4],
])("the must of WebAssembly on Node %d with %s is %d", (node, flags, must) => {
  expect(wasmAim(flags, node).must).toBe(must);
});
