import type { SucceedState } from "../../asl/definition.ts";
import { selectInput, selectOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import type { Frame, Outcome } from "../frame.ts";

export function runSucceed(state: SucceedState, frame: Frame, input: Json): Outcome {
  const data = selectInput(state, frame.scope(input));
  return { output: selectOutput(state, frame.scope(data)), next: undefined };
}
