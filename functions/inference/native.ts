import { readModelFile } from "./description.ts";
import type { EngineLoader } from "./engine.ts";
import { loadAddon } from "./native/addon.ts";
import { NativeSignature } from "./native/signature.ts";
import { loadWeights } from "./native/weights.ts";

/** TensorFlow itself, through tfjs-node's addon: the graph runs as one session, so TensorFlow fuses its operations. */
export const loadNative: EngineLoader = async ({ directory, description }) => {
  const reading = Promise.all([readModelFile(directory, "native.json"), readModelFile(directory, "weights.bin")]);
  const { addon, place } = loadAddon();
  const [json, bytes] = await reading;
  const signature = NativeSignature.parse(JSON.parse(json.toString("utf8")));
  const session = addon.loadSavedModel(directory, "serve");
  const weights = loadWeights(addon, signature, bytes);
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
        if (!output) throw new TypeError("The model answers nothing.");
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
