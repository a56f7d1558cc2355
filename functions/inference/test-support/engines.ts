import { readModelFolder } from "../description.ts";
import { type Candidate, type Engine, type EngineLoader, type EngineName, EngineUnavailable } from "../engine.ts";

/** An engine that is not installed. */
export const absent: EngineLoader = async () => {
  throw new EngineUnavailable("absent", "It is not installed.");
};

/** An engine that is equally sure of every label. */
export const wrong: EngineLoader = async (): Promise<Engine> => ({
  name: "native",
  version: "TensorFlow 0",
  infer: async (_pixels, count) => new Float32Array(1_001 * count),
  close: () => {},
});

/** float32 candidates that use these loaders as engines. */
export const floats = (loaders: Readonly<Record<EngineName, EngineLoader>>): readonly Candidate[] =>
  (["native", "webassembly"] as const).map((engine) => ({
    engine,
    precision: "float32",
    form: "float32",
    load: loaders[engine],
  }));

/** Returns the golden predictions of the model in `directory`, picture by picture, without computing anything. */
export const goldenLoader = async (directory: string): Promise<Engine> => {
  const { golden } = await readModelFolder(directory);
  const tops = [golden.top, ...golden.others];
  let run = 0;
  return {
    name: "native",
    version: "TensorFlow 0",
    close: () => {},
    infer: async () => {
      const top = tops[run % tops.length] ?? [];
      run += 1;
      const rest = 1 - top.reduce((sum, { probability }) => sum + probability, 0);
      const logits = new Float32Array(1_001).fill(Math.log(rest / 996));
      for (const { index, probability } of top) logits[index] = Math.log(probability);
      return logits;
    },
  };
};

/** The int8 candidate of the native engine that uses this loader. */
export const integers = (load: EngineLoader, probe: Candidate["probe"] = async () => undefined): Candidate => ({
  engine: "native",
  precision: "int8",
  form: "int8",
  probe,
  load,
});

/** The probe of a processor that saturates. */
export const inexact = async (): Promise<never> => {
  throw new EngineUnavailable("inexact", "It saturates.");
};
