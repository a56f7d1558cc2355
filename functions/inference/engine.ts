import type { ModelForm } from "../../contract/model.ts";
import type { ModelFolder, ModelLocation } from "./description.ts";
import type { StartPhases } from "./phases.ts";

export const engineNames = ["native", "webassembly"] as const;
export type EngineName = (typeof engineNames)[number];

/** How an engine computes: `int8` multiplies bytes and sums exact integers. */
export const precisions = ["int8", "float32"] as const;
export type Precision = (typeof precisions)[number];

/** A loaded model. One call at a time. */
export interface Engine {
  readonly name: EngineName;
  /** Library and version, for the log. */
  readonly version: string;
  /**
   * Runs the model on `count` images of RGB bytes, concatenated.
   * Returns the model's output, `classes` values per image.
   */
  infer(pixels: Uint8Array, count: number): Promise<Float32Array>;
  close(): void;
}

/** Loads the model of a folder. Rejects with `EngineUnavailable` if the engine cannot run here. */
export type EngineLoader = (folder: ModelLocation, phases: StartPhases) => Promise<Engine>;

/** A probe that runs in another thread, while the model is loaded. */
export interface RunningProbe {
  readonly verdict: Promise<void>;
}

/** One combination of engine and precision. */
export interface Candidate {
  readonly engine: EngineName;
  readonly precision: Precision;
  /** The form of the model that it reads. */
  readonly form: ModelForm;
  /**
   * Checks before the form is fetched that the engine computes exactly here; `folder` has the common files.
   * Rejects with `EngineUnavailable`. If the probe is still running when this resolves, its verdict rejects instead.
   */
  readonly probe?: (folder: ModelFolder) => Promise<RunningProbe | undefined>;
  readonly load: EngineLoader;
}

/** Why an engine cannot be used at all. */
const engineReasons = ["absent", "no addon", "wrong Node", "wrong labels", "cannot load"] as const;
/** Why an engine cannot be used in one precision; another precision of it may work. */
const precisionReasons = ["inexact", "no integer kernels", "no integer form", "not measured here"] as const;
export type UnavailableReason = (typeof engineReasons)[number] | (typeof precisionReasons)[number];

/** An engine is not used: `reason` is a few words for the log, `message` a sentence for people. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }

  /** Whether the engine may work in another precision. */
  get onlyPrecision(): boolean {
    return precisionReasons.some((reason) => reason === this.reason);
  }
}
