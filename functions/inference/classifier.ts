import type { Prediction } from "../../contract/workflow.ts";
import { type ModelFolder, readModelFolder } from "./description.ts";
import { type Engine, type EngineLoader, type EngineName, EngineUnavailable } from "./engine.ts";
import { loadNative } from "./native.ts";
import { StartPhases } from "./phases.ts";
import { softmax, topK } from "./probabilities.ts";
import { loadWebAssembly } from "./webassembly.ts";

/** A model that has proved itself: its engine gave the golden predictions. */
export interface Classifier {
  readonly engine: EngineName;
  /** What runs and why, one sentence. */
  readonly choice: string;
  readonly inputSize: number;
  /** What the start of the engine took, in milliseconds. */
  readonly phases: Readonly<Record<string, number>>;
  /** Classifies `count` images of RGB bytes (`inputSize` squared each), one behind the other. */
  classify(pixels: Uint8Array, count: number, top: number): Promise<readonly (readonly Prediction[])[]>;
  close(): void;
}

export interface ClassifierOptions {
  readonly directory: string;
  /** `auto`: native where it loads and passes the self-check, else WebAssembly; the others insist. */
  readonly engine: "auto" | EngineName;
  readonly loaders?: Readonly<Record<EngineName, EngineLoader>>;
}

const shippedLoaders: Readonly<Record<EngineName, EngineLoader>> = { native: loadNative, webassembly: loadWebAssembly };

/**
 * Chooses the engine, once: the first that loads *and* reproduces the golden predictions.
 * @throws ModelFolderError, or EngineUnavailable when no allowed engine works. There is no pretended engine.
 */
export async function openClassifier(options: ClassifierOptions): Promise<Classifier> {
  const folder = await readModelFolder(options.directory);
  const candidates: readonly EngineName[] = options.engine === "auto" ? ["native", "webassembly"] : [options.engine];
  const refused: EngineUnavailable[] = [];
  for (const name of candidates) {
    const phases = new StartPhases();
    try {
      const engine = await (options.loaders ?? shippedLoaders)[name](folder, phases);
      await checkGolden(engine, folder);
      phases.end("self-check");
      return classifierOf(engine, folder, refused, phases);
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      refused.push(error);
    }
  }
  const [only] = refused;
  throw new EngineUnavailable(only?.reason ?? "cannot load", refused.map(({ message }) => message).join(" "));
}

/** Runs the golden image. @throws EngineUnavailable "wrong labels" that tells the first difference. */
export async function checkGolden(engine: Engine, folder: ModelFolder): Promise<void> {
  const { top, tolerance } = folder.golden;
  const [probabilities] = probabilitiesOf(await engine.infer(folder.goldenPixels, 1), 1, folder);
  const ranked = topK(probabilities ?? new Float64Array(), 1)[0];
  for (const { index, label, probability } of top) {
    const actual = probabilities?.[index] ?? Number.NaN;
    if (Math.abs(actual - probability) <= tolerance && folder.labels[index] === label) continue;
    engine.close();
    throw new EngineUnavailable(
      "wrong labels",
      `The ${engine.name} engine fails its self-check: "${label}" has ${actual.toFixed(4)} where the golden prediction ` +
        `has ${probability.toFixed(4)} (tolerance ${tolerance}); its best is "${folder.labels[ranked?.index ?? -1]}".`,
    );
  }
}

function classifierOf(
  engine: Engine,
  folder: ModelFolder,
  refused: readonly EngineUnavailable[],
  phases: StartPhases,
): Classifier {
  const why = refused.map((error) => ` ${error.message} (${error.reason})`).join("");
  return {
    engine: engine.name,
    choice: `${engine.version} runs "${folder.description.name}": it loads and gives the golden predictions.${why}`,
    inputSize: folder.description.inputSize,
    phases: phases.milliseconds,
    close: () => engine.close(),
    async classify(pixels, count, top) {
      const output = await engine.infer(pixels, count);
      return probabilitiesOf(output, count, folder).map((probabilities) =>
        topK(probabilities, top).map(({ index, probability }) => ({
          label: folder.labels[index] ?? `class ${index}`,
          probability: Number(probability.toFixed(6)),
        })),
      );
    },
  };
}

/** What a model answered, as probabilities an image. @throws EngineUnavailable "wrong labels" when the counts differ */
export function probabilitiesOf(
  output: Float32Array,
  count: number,
  folder: Pick<ModelFolder, "description" | "labels">,
): readonly Float64Array[] {
  const classes = output.length / count;
  if (classes !== folder.labels.length) {
    throw new EngineUnavailable(
      "wrong labels",
      `The model answers ${classes} values an image, but there are ${folder.labels.length} labels.`,
    );
  }
  return Array.from({ length: count }, (_, image) => {
    const values = output.subarray(image * classes, (image + 1) * classes);
    return folder.description.output === "logits" ? softmax(values) : Float64Array.from(values);
  });
}
