import type { PassState } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import type { Frame, Outcome } from "../frame.ts";
import { queryOf } from "../query/query-of.ts";

export async function runPass(state: PassState, frame: Frame, input: Json): Promise<Outcome> {
  const query = queryOf(state, frame, input);
  const result = state.Result ?? (await query.input());
  return { ...(await query.output(result)), next: state.Next };
}
