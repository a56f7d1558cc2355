import type { ChoiceState } from "../../asl/definition.ts";
import { assign, selectInput, selectOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import { holds } from "../comparison.ts";
import { ExecutionError } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";

export function runChoice(state: ChoiceState, frame: Frame, input: Json): Outcome {
  const data = selectInput(state, frame.scope(input));
  const scope = frame.scope(data);
  const rule = state.Choices.find((candidate) => holds(candidate, scope));
  const next = rule?.Next ?? state.Default;
  if (next !== undefined) {
    const assigned = assign(rule === undefined ? state.Assign : rule.Assign, scope, frame.random);
    return { output: selectOutput(state, scope), ...assigned, next };
  }
  const place = `An error occurred while executing the state '${frame.name}' (entered at the event id #${frame.enteredId}).`;
  throw new ExecutionError(
    "States.NoChoiceMatched",
    `${place} Failed to transition out of the state. The state does not have a matching choice and no Default.`,
  );
}
