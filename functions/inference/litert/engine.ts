import { createRequire } from "node:module";
import path from "node:path";
import type { EngineLoader } from "../engine.ts";
import { compileLitert } from "./model.ts";
import { readLitert } from "./model-file.ts";

/** LiteRT.js on WebAssembly, in integers: one picture at a time, one thread. */
export const loadLitertIntegers: EngineLoader = async ({ directory, description }, phases) => {
  const file = await readLitert(path.join(directory, "int8"));
  phases.end("weights");
  const model = await compileLitert(file);
  phases.end("graph");
  const { inputSize } = description;
  const shape = [1, inputSize, inputSize, 3];
  const { version } = createRequire(import.meta.url)("@litertjs/core/package.json") as { readonly version: string };
  return {
    name: "webassembly",
    version: `LiteRT.js ${version} WebAssembly`,
    async infer(pixels, count) {
      const length = pixels.length / count;
      const logits: number[] = [];
      for (let image = 0; image < count; image += 1) {
        const [output] = await model.run([{ bytes: pixels.subarray(image * length, (image + 1) * length), shape }]);
        if (!output) throw new TypeError("The model returns nothing.");
        logits.push(...output);
      }
      return Float32Array.from(logits);
    },
    close: () => model.close(),
  };
};
