import { readModelFile } from "./description.ts";
import type { EngineLoader } from "./engine.ts";
import { loadAddon } from "./native/addon.ts";
import { NativeSignature } from "./native/signature.ts";

const names = (ops: readonly string[]): string => ops.map((op) => `${op}:0`).join(",");

/** TensorFlow itself, through tfjs-node's addon: the graph runs as one session, so TensorFlow fuses its operations. */
export const loadNative: EngineLoader = async ({ directory, description }) => {
  const reading = Promise.all([readModelFile(directory, "native.json"), readModelFile(directory, "weights.bin")]);
  const { addon, place } = loadAddon();
  const [json, bytes] = await reading;
  const { load, run } = NativeSignature.parse(JSON.parse(json.toString("utf8")));
  const session = addon.loadSavedModel(directory, "serve");
  const sources = load.inputs.map(({ offset, shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return addon.createTensor(shape, addon.TF_UINT8, bytes.subarray(offset, offset + length));
  });
  const weights = addon
    .runSavedModel(session, sources, names(load.inputs.map(({ op }) => op)), names(load.outputs))
    .map(({ id }) => id);
  for (const source of sources) addon.deleteTensor(source);
  const inputNames = names([run.pixels, ...run.weights]);
  const outputName = names([run.output]);
  const { inputSize } = description;
  return {
    name: "native",
    version: `TensorFlow ${addon.TF_Version} (tfjs-node's addon, ${place.origin})`,
    async infer(pixels, count) {
      const input = addon.createTensor([count, inputSize, inputSize, 3], addon.TF_UINT8, pixels);
      try {
        const [output] = addon.runSavedModel(session, [input, ...weights], inputNames, outputName);
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
