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

/**
 * A failed model build. The message contains the actual and the expected value, and the remedy. No partial result is
 * left behind.
 */
export class ModelError extends CodedError<ModelErrorCode> {
  override readonly name = "ModelError";
}
