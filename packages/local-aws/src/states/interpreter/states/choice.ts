import type { ChoiceState } from "../../asl/definition.ts";
import { selectInput, selectOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import { holds } from "../comparison.ts";
import { ExecutionError } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";

export function runChoice(state: ChoiceState, frame: Frame, input: Json): Outcome {
  const data = selectInput(state, frame.scope(input));
  const scope = frame.scope(data);
  const next = state.Choices.find((rule) => holds(rule, scope))?.Next ?? state.Default;
  if (next !== undefined) return { output: selectOutput(state, scope), next };
  const place = `An error occurred while executing the state '${frame.name}' (entered at the event id #${frame.enteredId}).`;
  throw new ExecutionError(
    "States.NoChoiceMatched",
    `${place} Failed to transition out of the state. The state does not have a matching choice and no Default.`,
  );
}
