import path from "node:path";
import { type ModelLocation, readModelFile } from "../description.ts";
import { EngineUnavailable } from "../engine.ts";
import type { Addon } from "./addon.ts";
import { type ProbeCase, ProbeCases, picturesPerCase } from "./probe-cases.ts";
import { probePictures, probeSums } from "./probe-reference.ts";
import { openSession } from "./session.ts";

/** Runs the convolutions of a probe: the pictures of each case in, its sums out, [pictures, height, width, outputs]. */
export type RunConvolutions = (cases: readonly ProbeCase[], pictures: readonly Uint8Array[]) => readonly Sums[];

/** Integers, although the addon's declaration has only floats. */
export type Sums = Int32Array | Float32Array;

/**
 * Runs every kernel shape of the network in integers, with the largest activations and weights, and compares each sum
 * with its exact value. A kernel that saturates, as 8-bit multiplication without VNNI can, gives about half of it.
 * `load` returns the addon; it is called when everything else is ready, because the libraries are still being loaded
 * (preload.ts).
 * @throws EngineUnavailable "inexact", which names the first shape that differs, "no integer kernels", or by `load`
 */
export async function probeIntegers({ directory }: Pick<ModelLocation, "directory">, load: () => Addon): Promise<void> {
  const text = await readModelFile(directory, "int8/probe/cases.json");
  const cases = ProbeCases.parse(JSON.parse(text.toString("utf8")));
  let close = (): void => undefined;
  try {
    checkExact(cases, (tests, pictures) => {
      const addon = load();
      const session = openSession(addon, path.join(directory, "int8/probe"), true);
      close = () => addon.deleteSavedModel(session);
      return runInSession(addon, session, tests, pictures);
    });
  } catch (cause) {
    if (cause instanceof EngineUnavailable) throw cause;
    const reason = `TensorFlow has no integer kernels here: ${(cause as Error).message.split("\n")[0]}`;
    throw new EngineUnavailable("no integer kernels", reason, { cause });
  } finally {
    close();
  }
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
  const found = run(cases, cases.map(probePictures));
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

function runInSession(
  addon: Addon,
  session: number,
  cases: readonly ProbeCase[],
  pictures: readonly Uint8Array[],
): readonly Sums[] {
  const inputs = cases.map(({ size, inputs: channels }, index) =>
    addon.createTensor([picturesPerCase, ...size, channels], addon.TF_UINT8, pictures[index] ?? new Uint8Array()),
  );
  const names = (pick: (test: ProbeCase) => string): string => cases.map((test) => `${pick(test)}:0`).join(",");
  try {
    const outputs = addon.runSavedModel(
      session,
      inputs,
      names(({ input }) => input),
      names(({ output }) => output),
    );
    return outputs.map(({ id }) => {
      const sums: Sums = addon.tensorDataSync(id);
      addon.deleteTensor(id);
      return sums;
    });
  } finally {
    for (const input of inputs) addon.deleteTensor(input);
  }
}
