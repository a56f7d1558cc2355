import type { SucceedState } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import type { Frame, Outcome } from "../frame.ts";
import { queryOf } from "../query/query-of.ts";

export async function runSucceed(state: SucceedState, frame: Frame, input: Json): Promise<Outcome> {
  return { ...(await queryOf(state, frame, input).passOn(state)), next: undefined };
}
