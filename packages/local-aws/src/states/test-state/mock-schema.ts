import type { State } from "../asl/definition.ts";
import { isObject, type Json } from "../data/json.ts";
import { responses } from "./responses.ts";
import { shapeProblem } from "./shape.ts";

/** How strictly a mocked result is compared with the API's response. STRICT also checks required fields. */
export type FieldValidation = "STRICT" | "PRESENT" | "NONE";

const integration = /:states:::(?:aws-sdk:)?([\w-]+:\w+)$/;

/**
 * Returns the problem with the mocked result of a Task's API call, in AWS's words. Returns undefined for any other
 * state or API, and for a task whose outcome comes from a client.
 */
export function mockProblem(state: State, result: Json, mode: FieldValidation): string | undefined {
  if (state.Type !== "Task" || mode === "NONE" || !isObject(result)) return undefined;
  const [, api = ""] = integration.exec(state.Resource) ?? [];
  const shape = Object.hasOwn(responses, api) ? responses[api] : undefined;
  return shape === undefined ? undefined : shapeProblem(result, shape, "result", mode === "STRICT");
}
