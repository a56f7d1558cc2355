import type { FailState } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import { ExecutionError } from "../error.ts";
import type { Frame } from "../frame.ts";
import { queryOf } from "../query/query-of.ts";

export async function runFail(state: FailState, frame: Frame, input: Json): Promise<never> {
  const query = queryOf(state, frame, input);
  const cause = await query.text("Cause");
  throw new FailStateError(await query.text("Error"), cause);
}

/** The error of a Fail state. Unlike other errors, it may have no name. */
export class FailStateError extends ExecutionError {
  readonly #named: boolean;

  constructor(name: string | undefined, cause: string | undefined) {
    super(name ?? "States.Fail", cause);
    this.#named = name !== undefined;
  }

  override get details() {
    const { error: _, ...rest } = super.details;
    return this.#named ? { error: this.name, ...rest } : rest;
  }
}
