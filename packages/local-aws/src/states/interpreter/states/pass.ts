import type { PassState } from "../../asl/definition.ts";
import { effectiveInput, stateOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import type { Frame, Outcome } from "../frame.ts";

export function runPass(state: PassState, frame: Frame, input: Json): Outcome {
  const scope = frame.scope(input);
  const result = state.Result ?? effectiveInput(state, scope, frame.random);
  return { ...stateOutput(state, scope, result, frame.random), next: state.Next };
}
