/** Why a model could not be built. The codes are stable: scripts may match them. */
export type ModelErrorCode =
  | "SourceUnreachable"
  | "SourceMismatch"
  | "SourceIncomplete"
  | "ModelNotUnderstood"
  | "ModelShapeMismatch"
  | "GoldenMismatch"
  | "NoSpace"
  | "CacheNotWritable"
  | "BuildInProgress";

/** A failed model build: what failed, with actual against expected, and the remedy. Nothing of the build is left. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ModelError";
    this.code = code;
  }
}
