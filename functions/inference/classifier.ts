import type { ModelForm } from "../../contract/model.ts";
import type { Prediction } from "../../contract/workflow.ts";
import { candidates } from "./candidates.ts";
import { type ModelFolder, readModelFolder } from "./description.ts";
import {
  type Candidate,
  type Engine,
  type EngineName,
  EngineUnavailable,
  engineNames,
  type Precision,
  type UnavailableReason,
} from "./engine.ts";
import { checkGolden } from "./golden.ts";
import { StartPhases } from "./phases.ts";
import { probabilitiesOf, topK } from "./probabilities.ts";
import { type ProcessorClass, processorClass, vectorFlags } from "./processor.ts";

/** A verified model: its engine reproduced the golden predictions. */
export interface Classifier {
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly processor: ProcessorClass;
  /** The processor's vector instructions, which decide how fast it infers. */
  readonly flags: readonly string[];
  /** Why each faster engine or precision is not used, in a few words. */
  readonly reasons: readonly UnavailableReason[];
  /** Engine and precision, and why they were chosen, in one sentence. */
  readonly choice: string;
  readonly inputSize: number;
  /** Duration of each phase of the engine's start, in milliseconds. */
  readonly phases: Readonly<Record<string, number>>;
  /** Classifies `count` images of RGB bytes (`inputSize` squared each), concatenated. */
  classify(pixels: Uint8Array, count: number, top: number): Promise<readonly (readonly Prediction[])[]>;
  close(): void;
}

/** Returns the folder that has the given part of the model, fetching it if necessary; `common` includes the probe. */
export type ModelStore = (part: ModelForm | "common") => Promise<string>;

export interface ClassifierOptions {
  /** The model's folder, or a function that fetches the part that the chosen engine reads. */
  readonly directory: string | ModelStore;
  /** `auto`: native if it loads and passes its self-check, otherwise WebAssembly. The other values allow no fallback. */
  readonly engine: "auto" | EngineName;
  /**
   * `auto`: int8 if the processor computes it exactly, otherwise float32. The other values allow no fallback. @default
   * auto
   */
  readonly precision?: "auto" | Precision;
  /** Whether int8 must reproduce every golden prediction, as when an image is built. @default the first two */
  readonly everyPicture?: boolean;
  /** @default every engine and precision that ships */
  readonly candidates?: readonly Candidate[];
}

/**
 * Chooses engine and precision, once: the first combination that loads, passes the probe (int8 only) *and* reproduces the
 * golden predictions. If an engine fails only in int8, it runs in float32: a slower engine does not replace it.
 * @throws ModelFolderError, or EngineUnavailable if nothing that is allowed works; there is no fake engine.
 */
export async function openClassifier(options: ClassifierOptions): Promise<Classifier> {
  const { directory, precision = "auto", everyPicture = false } = options;
  const folder = await readModelFolder(typeof directory === "string" ? directory : await directory("common"));
  const refused: EngineUnavailable[] = [];
  for (const name of engineNames) {
    if (options.engine !== "auto" && options.engine !== name) continue;
    const ways = (options.candidates ?? candidates).filter(
      (way) => way.engine === name && (precision === "auto" || way.precision === precision),
    );
    const reasons: EngineUnavailable[] = [];
    for (const way of ways) {
      try {
        return await open(way, folder, { directory, everyPicture }, refused);
      } catch (error) {
        if (!(error instanceof EngineUnavailable)) throw error;
        reasons.push(error);
        refused.push(error);
        // A failure of the engine itself affects each precision.
        if (!error.onlyPrecision && error.reason !== "wrong labels") break;
      }
    }
    if (reasons.length > 0 && reasons.every(({ onlyPrecision }) => onlyPrecision)) break;
  }
  const [first] = refused;
  const nothing = `The model has no form for engine "${options.engine}" and precision "${precision}".`;
  throw new EngineUnavailable(
    first?.reason ?? "no integer form",
    first ? refused.map(({ message }) => message).join(" ") : nothing,
  );
}

async function open(
  way: Candidate,
  folder: ModelFolder,
  { directory: store, everyPicture }: Required<Pick<ClassifierOptions, "directory" | "everyPicture">>,
  refused: readonly EngineUnavailable[],
): Promise<Classifier> {
  const phases = new StartPhases();
  if (way.precision === "int8" && folder.golden.integerTolerance === undefined) {
    throw new EngineUnavailable("no integer form", `"${folder.description.name}" has no integer form.`);
  }
  const probe = await way.probe?.(folder);
  if (way.probe) phases.end("probe");
  // Nothing is fetched in vain; a model that is there is loaded and checked while the probe runs.
  if (typeof store === "function") await probe?.verdict;
  const directory = typeof store === "string" ? store : await store(way.form);
  const processor = processorClass();
  const loading = way.load({ directory, description: folder.description }, phases);
  const checking = loading.then(async (engine) => {
    await checkGolden(engine, { precision: way.precision, everyPicture }, folder);
    phases.end("self-check");
  });
  const [loaded, verdict, golden] = await Promise.allSettled([loading, probe?.verdict, checking]);
  if (probe) phases.end("verdict");
  // An engine that is absent fails its probe too. Otherwise the verdict is the cause: without exact kernels the graph may not
  // load, or give wrong labels.
  const absent = loaded.status === "rejected" && isOfEngine(loaded.reason);
  if (verdict.status === "rejected" && !absent) {
    if (loaded.status === "fulfilled" && golden.status === "fulfilled") loaded.value.close();
    throw verdict.reason;
  }
  if (loaded.status === "rejected") throw loaded.reason;
  if (golden.status === "rejected") throw golden.reason;
  const engine = loaded.value;
  return classifierOf(engine, { precision: way.precision, processor }, folder, refused, phases);
}

const isOfEngine = (error: unknown): boolean => error instanceof EngineUnavailable && !error.onlyPrecision;

function classifierOf(
  engine: Engine,
  { precision, processor }: { readonly precision: Precision; readonly processor: ProcessorClass },
  folder: ModelFolder,
  refused: readonly EngineUnavailable[],
  phases: StartPhases,
): Classifier {
  const proof = precision === "int8" ? "it loads, computes exactly and" : "it loads and";
  const why = refused.map((error) => ` ${error.message} (${error.reason})`).join("");
  return {
    engine: engine.name,
    precision,
    processor,
    flags: vectorFlags(),
    reasons: refused.map(({ reason }) => reason),
    choice: `${engine.version} runs "${folder.description.name}" in ${precision} on ${processor}: ${proof} gives the golden predictions.${why}`,
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
