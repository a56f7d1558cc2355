import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildModel } from "../../../model/build.ts";
import { readModelFolder } from "../description.ts";
import { checkExact } from "../native/probe.ts";
import { probeSums, stepOf } from "../native/probe-reference.ts";
import { StartPhases } from "../phases.ts";
import { loadLitertIntegers } from "./engine.ts";
import { assemble, readLitert } from "./model-file.ts";
import { probeLitert } from "./probe.ts";

let directory: string;
let work: string;
beforeAll(async () => {
  ({ directory } = await buildModel({ progress: () => {} }));
  work = await mkdtemp(path.join(tmpdir(), "dlw-litert-"));
}, 300_000);
afterAll(() => rm(work, { recursive: true, force: true }));

describe("a TFLite file without its weights", () => {
  it("becomes whole: stored weights with their outputs first, others filled", () => {
    const weights = [
      { at: 2, shape: [1, 1, 2, 3], offset: 1 },
      { at: 9, shape: [1, 1, 1, 2], value: -1 },
    ];
    const file = assemble(Uint8Array.of(90, 91, 92, 93), { bytes: 12, weights }, Uint8Array.of(0, 1, 2, 3, 4, 5, 6));
    expect([...file]).toEqual([90, 91, 1, 4, 2, 5, 3, 6, 92, 255, 255, 93]);
  });

  it("that lacks a file names it", async () => {
    await writeFile(path.join(work, "litert.json"), JSON.stringify({ bytes: 0, weights: [] }));
    await expect(readLitert(work)).rejects.toThrow(/litert\.bin" cannot be read/);
  });
});

describe("LiteRT.js", () => {
  it("computes exactly, classifies two pictures, asks nothing of the network and leaves no global behind", async () => {
    const before = Reflect.ownKeys(globalThis);
    const fetched = vi.spyOn(globalThis, "fetch");
    const printed = ["log", "warn", "error"].map((name) => vi.spyOn(console, name as "log"));
    const folder = await readModelFolder(directory);
    await probeLitert(folder);
    const engine = await loadLitertIntegers(folder, new StartPhases());
    const logits = await engine.infer(folder.goldenPixels.subarray(0, 2 * 299 * 299 * 3), 2);
    engine.close();
    const best = [0, 1].map((picture) => {
      const own = [...logits.subarray(picture * 1_001, (picture + 1) * 1_001)];
      return folder.labels[own.indexOf(Math.max(...own))];
    });
    expect(best).toEqual([folder.golden.top[0]?.label, folder.golden.others[0]?.[0]?.label]);
    expect(Reflect.ownKeys(globalThis)).toEqual(before);
    expect(fetched).not.toHaveBeenCalled();
    expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  }, 300_000);
});

describe("the probe in steps", () => {
  const test = {
    input: "in",
    output: "out",
    size: [4, 4] as [number, number],
    window: [3, 3] as [number, number],
    stride: [1, 1] as [number, number],
    padding: "SAME" as const,
    inputs: 8,
    outputs: 1,
    weight: -127,
  };
  const steps = (sums: Int32Array) => sums.map((sum) => Math.round(sum / stepOf(test)));

  it("passes exact sums, and fails sums of which a part saturates", () => {
    const expected = () => steps(probeSums(test));
    expect(() => checkExact([test], () => [expected()], expected)).not.toThrow();
    const saturating = () => [steps(probeSums(test).map((sum) => sum / 2))];
    expect(() => checkExact([test], saturating, expected)).toThrow(expect.objectContaining({ reason: "inexact" }));
  });
});
