import { readModelFile, readModelFileInParts } from "./description.ts";
import type { EngineLoader } from "./engine.ts";
import { type Addon, loadAddon } from "./native/addon.ts";
import { sessionOptionsVariable, withoutOptimiser } from "./native/session-options.ts";
import { NativeSignature } from "./native/signature.ts";
import { loadWeights, weightReader } from "./native/weights.ts";

/** TensorFlow itself, through tfjs-node's addon: the graph runs as one session. */
export const loadNative: EngineLoader = async ({ directory, description }, phases) => {
  const reading = readModelFile(directory, "native.json");
  const { addon, place } = loadAddon();
  phases.end("library");
  const signature = NativeSignature.parse(JSON.parse((await reading).toString("utf8")));
  const session = openSession(addon, directory, signature);
  phases.end("graph");
  const weights = await readModelFileInParts(directory, "weights.bin", (file) =>
    loadWeights(addon, signature, weightReader(file, signature)),
  );
  phases.end("weights");
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

/** The optimiser takes 100 ms, two thirds of a first run: it is left out where it would find nothing to do. */
function openSession(addon: Addon, directory: string, { optimised }: NativeSignature): number {
  if (optimised) process.env[sessionOptionsVariable] = withoutOptimiser;
  try {
    return addon.loadSavedModel(directory, "serve");
  } finally {
    delete process.env[sessionOptionsVariable];
  }
}
