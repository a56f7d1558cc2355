import { fstatSync } from "node:fs";
import path from "node:path";
import { readModelFile, readModelFileInParts } from "./description.ts";
import type { EngineLoader } from "./engine.ts";
import { loadAddon } from "./native/addon.ts";
import { mappedBytes, mapWeights } from "./native/mapped-weights.ts";
import { openSession } from "./native/session.ts";
import { NativeSignature } from "./native/signature.ts";
import { loadWeights, weightReader } from "./native/weights.ts";

const weightsFile = "weights.bin";

/** TensorFlow through tfjs-node's addon: the graph runs as one session. */
const loadForm =
  (form: "" | "int8"): EngineLoader =>
  async ({ directory, description }, phases) => {
    const folder = path.join(directory, form);
    const reading = readModelFile(folder, "native.json");
    const { addon, location } = loadAddon();
    phases.end("library");
    const signature = NativeSignature.parse(JSON.parse((await reading).toString("utf8")));
    const session = openSession(addon, folder, signature.optimised);
    phases.end("graph");
    const weights = await readModelFileInParts(folder, weightsFile, (file) => {
      if (fstatSync(file).size < mappedBytes(signature.mapped)) throw new RangeError("the file is too short");
      return [
        ...loadWeights(addon, signature, weightReader(file, signature)),
        ...mapWeights(addon, path.resolve(folder, weightsFile), signature.mapped),
      ];
    });
    phases.end("weights");
    const fed = [...signature.weights, ...signature.mapped].map(({ op }) => op);
    const inputs = [signature.pixels, ...fed].map((op) => `${op}:0`).join(",");
    const outputs = `${signature.output}:0`;
    const { inputSize } = description;
    return {
      name: "native",
      version: `TensorFlow ${addon.TF_Version} (tfjs-node's addon, ${location.origin})`,
      async infer(pixels, count) {
        const input = addon.createTensor([count, inputSize, inputSize, 3], addon.TF_UINT8, pixels);
        try {
          const [output] = addon.runSavedModel(session, [input, ...weights], inputs, outputs);
          if (!output) throw new TypeError("The model returns nothing.");
          const values = addon.tensorDataSync(output.id);
          addon.deleteTensor(output.id);
          return values;
        } finally {
          addon.deleteTensor(input);
        }
      },
      close() {
        for (const weight of weights) addon.deleteTensor(weight);
        addon.deleteSavedModel(session);
      },
    };
  };

/** The model in float. */
export const loadNative = loadForm("");

/** The model in int8, from the folder `int8`. */
export const loadNativeIntegers = loadForm("int8");
