import type { Authorizer } from "../../service.ts";
import type { Executions } from "../executions.ts";
import { executionOf, standardArn } from "./execution.ts";
import type { Operation } from "./protocol.ts";

const longestError = 256;
const longestCause = 32_768;

/** Handles StopExecution, which does not change an execution that has already ended. */
export function stopOperations(executions: Executions, authorizer: Authorizer): Readonly<Record<string, Operation>> {
  return {
    async StopExecution(fields, caller) {
      authorizer.authorize(caller, "states:StopExecution", standardArn(fields));
      const error = fields.optionalText("error", longestError);
      const cause = fields.optionalText("cause", longestCause);
      const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
      return { stopDate: (await executions.stop(executionOf(fields, executions), details)) / 1000 };
    },
  };
}
