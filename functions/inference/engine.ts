import type { ModelLocation } from "./description.ts";
import type { StartPhases } from "./phases.ts";

export type EngineName = "native" | "webassembly";

/** A loaded model. One call at a time. */
export interface Engine {
  readonly name: EngineName;
  /** Library and version, for the log. */
  readonly version: string;
  /**
   * Runs the model on `count` images of RGB bytes, one behind the other.
   * Answers what the model answers, `classes` values an image.
   */
  infer(pixels: Uint8Array, count: number): Promise<Float32Array>;
  close(): void;
}

/** Loads the model of a folder. Rejects with `EngineUnavailable` when the engine itself cannot run here. */
export type EngineLoader = (folder: ModelLocation, phases: StartPhases) => Promise<Engine>;

export const unavailableReasons = ["absent", "no addon", "wrong Node", "wrong labels", "cannot load"] as const;
export type UnavailableReason = (typeof unavailableReasons)[number];

/** Why an engine is not used: the reason in two words for the log, the sentence for people. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
