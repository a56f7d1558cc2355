import type { State } from "../asl/definition.ts";
import { isObject, type Json } from "../data/json.ts";
import { responses } from "./responses.ts";
import { shapeProblem } from "./shape.ts";

/** How a mocked result is compared with the API's response: STRICT asks for required fields too. */
export type FieldValidation = "STRICT" | "PRESENT" | "NONE";

const integration = /:states:::(?:aws-sdk:)?([\w-]+:\w+)$/;

/**
 * What is wrong with the mocked result of a Task's API, in AWS's words; undefined for any other state
 * or API, and for a task that ends with an outcome from a client.
 */
export function mockProblem(state: State, result: Json, mode: FieldValidation): string | undefined {
  if (state.Type !== "Task" || mode === "NONE" || !isObject(result)) return undefined;
  const [, api = ""] = integration.exec(state.Resource) ?? [];
  const shape = Object.hasOwn(responses, api) ? responses[api] : undefined;
  return shape === undefined ? undefined : shapeProblem(result, shape, "result", mode === "STRICT");
}
