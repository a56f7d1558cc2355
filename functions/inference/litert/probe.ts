import path from "node:path";
import { type ModelLocation, readModelFile } from "../description.ts";
import { EngineUnavailable } from "../engine.ts";
import { checkExact } from "../native/probe.ts";
import { ProbeCases, picturesPerCase } from "../native/probe-cases.ts";
import { probePictures, probeSums, stepOf } from "../native/probe-reference.ts";
import { compileLitert } from "./model.ts";
import { readLitert } from "./model-file.ts";

/**
 * Runs every kernel shape of the network in LiteRT.js, with the largest activations and weights. Its kernels return
 * each sum as a byte, in steps of a hundredth of the largest sum, and every byte must match the exact sum. V8 may
 * compile relaxed SIMD to an instruction that saturates, which would make a sum about half of what it should be.
 * @throws EngineUnavailable "inexact", "no integer kernels"
 */
export async function probeLitert({ directory }: Pick<ModelLocation, "directory">): Promise<undefined> {
  const folder = path.join(directory, "int8/probe");
  const cases = ProbeCases.parse(JSON.parse((await readModelFile(folder, "cases.json")).toString("utf8")));
  const file = await readLitert(folder);
  let found: Float32Array[];
  const inputs = (pictures: readonly Uint8Array[]) =>
    cases.map(({ size, inputs: channels }, index) => ({
      bytes: pictures[index] ?? new Uint8Array(),
      shape: [picturesPerCase, ...size, channels],
    }));
  try {
    const model = await compileLitert(file);
    try {
      found = await model.run(inputs(cases.map(probePictures)));
    } finally {
      model.close();
    }
  } catch (cause) {
    if (cause instanceof EngineUnavailable) throw cause;
    const reason = `LiteRT.js has no integer kernels here: ${(cause as Error).message.split("\n")[0]}`;
    throw new EngineUnavailable("no integer kernels", reason, { cause });
  }
  const steps = (test: (typeof cases)[number], sums: ArrayLike<number>): Int32Array =>
    Int32Array.from(sums, (sum) => Math.round(sum / stepOf(test)));
  checkExact(
    cases,
    () => cases.map((test, index) => steps(test, found[index] ?? [])),
    (test) => steps(test, probeSums(test)),
  );
}
