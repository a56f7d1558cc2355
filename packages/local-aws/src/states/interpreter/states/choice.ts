import type { ChoiceRule, ChoiceState } from "../../asl/definition.ts";
import { selectInput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import { holds } from "../comparison.ts";
import { ExecutionError } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { JsonataQuery } from "../query/jsonata-query.ts";
import { queryOf } from "../query/query-of.ts";

export async function runChoice(state: ChoiceState, frame: Frame, input: Json): Promise<Outcome> {
  const query = queryOf(state, frame, input);
  const index =
    query instanceof JsonataQuery ? await firstTrue(state.Choices, query) : firstThatHolds(state, frame, input);
  const rule = state.Choices[index];
  const next = rule?.Next ?? state.Default;
  if (next !== undefined) {
    const fields = rule === undefined ? state : { ...rule, inside: `Choices[${index}]/` };
    return { ...(await query.passOn(fields)), next };
  }
  const location = `An error occurred while executing the state '${frame.name}' (entered at the event id #${frame.enteredId}).`;
  throw new ExecutionError(
    "States.NoChoiceMatched",
    `${location} Failed to transition out of the state. The state does not have a matching choice and no Default.`,
  );
}

function firstThatHolds({ InputPath, Choices }: ChoiceState, frame: Frame, input: Json): number {
  const scope = frame.scope(selectInput(InputPath === undefined ? {} : { InputPath }, frame.scope(input)));
  return Choices.findIndex((rule) => holds(rule, scope));
}

/** Returns the index of the first rule whose Condition is true; -1 if there is none. */
async function firstTrue(rules: readonly ChoiceRule[], query: JsonataQuery): Promise<number> {
  for (const [index, { Condition = null }] of rules.entries()) {
    if (await query.field(Condition, "boolean", `Choices[${index}]/Condition`)) return index;
  }
  return -1;
}
