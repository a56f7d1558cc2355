import { CodedError } from "../lib/coded-error.ts";

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
  | "BuildInProgress"
  | "FolderExists"
  | "WrongUsage";

/** A failed model build: what failed, with actual against expected, and the remedy. Nothing of the build is left. */
export class ModelError extends CodedError<ModelErrorCode> {
  override readonly name = "ModelError";
}
