import path from "node:path";
import { type ModelLocation, readModelFile } from "../description.ts";
import { EngineUnavailable, type RunningProbe } from "../engine.ts";
import { loadAddon } from "./addon.ts";
import { graphRunner } from "./graph-runner.ts";
import { type ProbeCase, ProbeCases, picturesPerCase } from "./probe-cases.ts";
import { probePictures, probeSums } from "./probe-reference.ts";
import { withoutOptimiser } from "./session-options.ts";

/** Runs the convolutions of a probe: the pictures of each case in, its sums out, [pictures, height, width, outputs]. */
export type RunConvolutions = (cases: readonly ProbeCase[], pictures: readonly Uint8Array[]) => readonly Sums[];

/** Integers; an engine may return them in floats. */
export type Sums = Int32Array | Float32Array;

/**
 * Runs every kernel shape of the network in integers, with the largest activations and weights, and compares each sum
 * with its exact value. A kernel that saturates, as 8-bit multiplication without VNNI can, gives about half of it.
 * The convolutions run in another thread, so the model can be loaded meanwhile.
 * @throws EngineUnavailable why the addon cannot be used. The verdict rejects with "inexact", which names the first shape
 * that differs, or "no integer kernels".
 */
export async function probeIntegers({ directory }: Pick<ModelLocation, "directory">): Promise<RunningProbe> {
  const runner = graphRunner();
  if (!runner) {
    const { location } = loadAddon();
    const reason = `Beside "${location.file}" is no addon of "npm run setup:native" that loads, so it computes in float only.`;
    throw new EngineUnavailable("no integer kernels", reason);
  }
  const text = await readModelFile(directory, "int8/probe/cases.json");
  const cases = ProbeCases.parse(JSON.parse(text.toString("utf8")));
  const found = runner.runGraph(
    path.join(directory, "int8/probe"),
    Buffer.from(withoutOptimiser, "hex"),
    cases.map(({ input }) => input),
    cases.map(({ size, inputs }) => BigInt64Array.from([picturesPerCase, ...size, inputs], BigInt)),
    cases.map(probePictures),
    cases.map(({ output }) => output),
  );
  const sums = found.then(
    (outputs) => outputs.map((bytes) => new Int32Array(bytes)),
    (cause: Error) => {
      // If the addon itself does not load, this throws the reason, which concerns every precision.
      loadAddon();
      const reason = `TensorFlow has no integer kernels here: ${cause.message.split("\n")[0]}`;
      throw new EngineUnavailable("no integer kernels", reason, { cause });
    },
  );
  return { verdict: sums.then((all) => compareSums(cases, all)) };
}

/**
 * Runs the cases and compares the results with the exact sums. @param expectedOf the exact results of an engine that
 * returns something other than sums
 * @throws EngineUnavailable "inexact"
 */
export function checkExact(
  cases: readonly ProbeCase[],
  run: RunConvolutions,
  expectedOf: (test: ProbeCase) => Int32Array = probeSums,
): void {
  compareSums(cases, run(cases, cases.map(probePictures)), expectedOf);
}

/** @throws EngineUnavailable "inexact" */
function compareSums(cases: readonly ProbeCase[], found: readonly Sums[], expectedOf = probeSums): void {
  cases.forEach((test, index) => {
    const expected = expectedOf(test);
    const sums: Sums = found[index] ?? new Int32Array();
    const position = firstDifference(sums, expected, test.outputs);
    if (position === -1 && sums.length === expected.length * test.outputs) return;
    const { window, inputs, outputs } = test;
    throw new EngineUnavailable(
      "inexact",
      `A convolution of ${window.join(" by ")} from ${inputs} to ${outputs} channels gives ${sums[position] ?? "nothing"} ` +
        `where the exact sum is ${expected[Math.floor(position / outputs)] ?? expected[0]}: this processor does not ` +
        "compute the integer form of the model exactly.",
    );
  });
}

/** The position of the first sum that differs from its exact value, or -1. Plain loops, because every start runs them. */
function firstDifference(sums: Sums, expected: Int32Array, outputs: number): number {
  for (let pixel = 0; pixel * outputs < sums.length; pixel += 1) {
    for (let at = pixel * outputs; at < (pixel + 1) * outputs; at += 1) {
      if (sums[at] !== expected[pixel]) return at;
    }
  }
  return -1;
}
