import path from "node:path";
import { readModelFile, readModelFileInParts } from "./description.ts";
import type { EngineLoader } from "./engine.ts";
import { loadAddon } from "./native/addon.ts";
import { openSession } from "./native/session.ts";
import { NativeSignature } from "./native/signature.ts";
import { loadWeights, weightReader } from "./native/weights.ts";

/** TensorFlow itself, through tfjs-node's addon: the graph runs as one session. */
const loadForm =
  (form: "" | "int8"): EngineLoader =>
  async ({ directory, description }, phases) => {
    const folder = path.join(directory, form);
    const reading = readModelFile(folder, "native.json");
    const { addon, place } = loadAddon();
    // Loaded already, and counted, where integers were probed.
    if (form === "") phases.end("library");
    const signature = NativeSignature.parse(JSON.parse((await reading).toString("utf8")));
    const session = openSession(addon, folder, signature.optimised);
    phases.end("graph");
    // The integer form has its weights in the graph.
    const weights =
      signature.weights.length === 0
        ? []
        : await readModelFileInParts(folder, "weights.bin", (file) =>
            loadWeights(addon, signature, weightReader(file, signature)),
          );
    if (weights.length > 0) phases.end("weights");
    const inputs = [signature.pixels, ...signature.weights.map(({ op }) => op)].map((op) => `${op}:0`).join(",");
    const outputs = `${signature.output}:0`;
    const { inputSize } = description;
    return {
      name: "native",
      version: `TensorFlow ${addon.TF_Version} (tfjs-node's addon, ${place.origin})`,
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

/** The model in float: its weights are inputs of the graph. */
export const loadNative = loadForm("");

/** The model in integers, of the folder `int8`. */
export const loadNativeIntegers = loadForm("int8");
