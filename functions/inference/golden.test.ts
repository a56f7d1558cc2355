import { describe, expect, it } from "vitest";
import type { Engine, Precision } from "./engine.ts";
import { checkGolden } from "./golden.ts";

const labels = ["dog", "cat"];
const prediction = [{ index: 0, label: "dog", probability: 0.8 }];
/** Three golden pictures of one pixel, all with the same prediction. */
const folder = {
  directory: "model",
  description: { name: "tiny", inputSize: 1, scale: 1, offset: 0, output: "probabilities" as const },
  labels,
  golden: { tolerance: 0.01, integerTolerance: 0.08, top: prediction, others: [prediction, prediction] },
  goldenPixels: Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3),
};

/** Predicts a cat for one of the pictures, and records which pictures it was given. */
function engineWrongIn(picture: number) {
  const given: number[] = [];
  let closed = false;
  const engine: Engine = {
    name: "native",
    version: "1",
    async infer([first = 0]) {
      given.push(first);
      return first === picture ? Float32Array.of(0.2, 0.8) : Float32Array.of(0.8, 0.2);
    },
    close() {
      closed = true;
    },
  };
  return { engine, given, isClosed: () => closed };
}

describe("checkGolden", () => {
  it.each<[string, Precision, readonly number[], boolean]>([
    ["a start", "float32", [1], false],
    ["a start", "int8", [1, 2], false],
    ["the build of an image", "float32", [1], true],
    ["the build of an image", "int8", [1, 2, 3], true],
  ])("%s in %s checks the pictures %j", async (_when, precision, pictures, everyPicture) => {
    const { engine, given, isClosed } = engineWrongIn(0);
    await checkGolden(engine, { precision, everyPicture }, folder);
    expect([given, isClosed()]).toEqual([pictures, false]);
  });

  it.each([1, 2, 3])("closes an engine that is wrong in picture %i only", async (picture) => {
    const { engine, isClosed } = engineWrongIn(picture);
    const check = checkGolden(engine, { precision: "int8", everyPicture: true }, folder);
    await expect(check).rejects.toMatchObject({
      reason: "wrong labels",
      message: expect.stringContaining(`in golden picture ${picture} "dog" has 0.2000`),
    });
    expect(isClosed()).toBe(true);
  });
});
