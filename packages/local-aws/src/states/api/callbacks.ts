import { statesLimits } from "../../limits.ts";
import { type Authorizer, AwsError } from "../../service.ts";
import type { TaskTokens } from "../callbacks/task-tokens.ts";
import { jsonProblem } from "./json-problem.ts";
import type { Operation } from "./protocol.ts";

const longestToken = 2_048;
const longestError = 256;
const longestCause = 32_768;

/** SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat. */
export function callbackOperations(tokens: TaskTokens, authorizer: Authorizer): Readonly<Record<string, Operation>> {
  return {
    async SendTaskSuccess(fields, caller) {
      authorizer.authorize(caller, "states:SendTaskSuccess", "*");
      const token = fields.text("taskToken", longestToken);
      const output = fields.text("output");
      const problem =
        Buffer.byteLength(output) > statesLimits.payloadBytes
          ? `it is larger than ${statesLimits.payloadBytes} bytes`
          : jsonProblem(output);
      if (problem !== undefined) throw new AwsError("InvalidOutput", `Invalid Output: '${problem}'`);
      await tokens.send(token, { kind: "success", output });
      return {};
    },

    async SendTaskFailure(fields, caller) {
      authorizer.authorize(caller, "states:SendTaskFailure", "*");
      const token = fields.text("taskToken", longestToken);
      const error = fields.optionalText("error", longestError);
      const cause = fields.optionalText("cause", longestCause);
      await tokens.send(token, { kind: "failure", error, cause });
      return {};
    },

    async SendTaskHeartbeat(fields, caller) {
      authorizer.authorize(caller, "states:SendTaskHeartbeat", "*");
      await tokens.send(fields.text("taskToken", longestToken), { kind: "heartbeat" });
      return {};
    },
  };
}
