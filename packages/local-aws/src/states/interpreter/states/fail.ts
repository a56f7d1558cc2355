import type { FailState } from "../../asl/definition.ts";
import { evaluateIntrinsic } from "../../data/intrinsics.ts";
import type { Json } from "../../data/json.ts";
import { read } from "../../data/path.ts";
import { ExecutionError, RuntimeFailure } from "../error.ts";
import type { Frame } from "../frame.ts";

export function runFail(state: FailState, frame: Frame, input: Json): never {
  const cause = state.Cause ?? text(state.CausePath, "CausePath", frame, input);
  throw new FailStateError(state.Error ?? text(state.ErrorPath, "ErrorPath", frame, input), cause);
}

function text(path: string | undefined, field: string, frame: Frame, input: Json): string | undefined {
  if (path === undefined) return undefined;
  const scope = frame.scope(input);
  const value = path.startsWith("$") ? read(path, scope, field) : evaluateIntrinsic(path, scope, frame.random, field);
  if (typeof value !== "string") throw new RuntimeFailure(`The field '${field}' does not give a string: '${path}'`);
  return value;
}

/** What a Fail state ends with; unlike other errors it may have no name at all. */
class FailStateError extends ExecutionError {
  readonly #named: boolean;

  constructor(name: string | undefined, cause: string | undefined) {
    super(name ?? "States.Fail", cause);
    this.#named = name !== undefined;
  }

  override get details(): { readonly error: string; readonly cause?: string } {
    const { error, ...rest } = super.details;
    return this.#named ? { error, ...rest } : ({ ...rest } as { readonly error: string; readonly cause?: string });
  }
}
