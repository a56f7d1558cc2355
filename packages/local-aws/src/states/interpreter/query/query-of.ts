import type { State } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import type { Frame } from "../frame.ts";
import { JsonPathQuery } from "./json-path-query.ts";
import { JsonataQuery } from "./jsonata-query.ts";

/** Creates the query for a visit to a state, in the state's own query language or, without one, that of its machine. */
export function queryOf(state: State, frame: Frame, input: Json): JsonPathQuery | JsonataQuery {
  const language = state.QueryLanguage ?? frame.run.queryLanguage ?? "JSONPath";
  return language === "JSONata" ? new JsonataQuery(state, frame, input) : new JsonPathQuery(state, frame, input);
}
