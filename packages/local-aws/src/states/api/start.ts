import { randomUUID } from "node:crypto";
import { statesLimits } from "../../limits.ts";
import { type Authorizer, AwsError, type Caller } from "../../service.ts";
import type { Executions } from "../executions.ts";
import type { ExpressResult } from "../express-executions.ts";
import { splitArn } from "../machines/machine.ts";
import type { Machines } from "../machines.ts";
import { arnKind, assertName } from "./arn.ts";
import { jsonProblem } from "./json-problem.ts";
import type { Fields, Operation } from "./protocol.ts";

/** StartExecution and StartSyncExecution. */
export function startOperations(
  machines: Machines,
  executions: Executions,
  authorizer: Authorizer,
): Readonly<Record<string, Operation>> {
  return {
    StartExecution(fields, caller) {
      const { arn, name, input } = request(fields);
      authorize(caller, "states:StartExecution", arn);
      const target = machines.target(arn);
      const { machine } = target;
      if (machine.resource.type === "EXPRESS") {
        const { arn: executionArn, startedAt } = executions.startExpress(machine, name, input);
        return { executionArn, startDate: startedAt / 1000 };
      }
      const executionArn = `${machine.resource.arn.replace(":stateMachine:", ":execution:")}:${name}`;
      const existing = executions.find(executionArn);
      if (existing !== undefined) {
        const running = existing.status === "RUNNING";
        if (!running || executions.history(executionArn)[0]?.details?.["input"] !== input) {
          throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${executionArn}'`);
        }
        return { executionArn, startDate: existing.startedAt / 1000 };
      }
      return { executionArn, startDate: executions.start(target, name, input).startedAt / 1000 };
    },

    async StartSyncExecution(fields, caller) {
      const { arn, name, input } = request(fields);
      authorize(caller, "states:StartSyncExecution", arn);
      const { machine } = machines.target(arn);
      if (machine.resource.type !== "EXPRESS") {
        throw new AwsError(
          "StateMachineTypeNotSupported",
          "This operation is not supported by this type of state machine",
        );
      }
      return syncAnswer(machine.resource.arn, await executions.startExpress(machine, name, input).ended);
    },
  };

  /** Authorises access to the unqualified ARN; the qualifier is passed as a condition key. */
  function authorize(caller: Caller, action: string, arn: string): void {
    const { machineArn, qualifier } = splitArn(arn);
    const context = qualifier === undefined ? {} : { "states:StateMachineQualifier": qualifier };
    authorizer.authorize(caller, action, machineArn, context);
  }
}

function request(fields: Fields): { readonly arn: string; readonly name: string; readonly input: string } {
  const arn = fields.text("stateMachineArn");
  arnKind(arn, "stateMachine");
  const name = fields.optionalText("name") ?? randomUUID();
  assertName(name);
  const input = fields.optionalText("input") ?? "{}";
  const bytes = Buffer.byteLength(input);
  if (bytes > statesLimits.payloadBytes) {
    throw new AwsError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: 'The input has ${bytes} bytes, at most ${statesLimits.payloadBytes} are allowed'`,
    );
  }
  const problem = jsonProblem(input);
  if (problem !== undefined) {
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`);
  }
  return { arn, name, input };
}

/** The status is 200 even if the execution failed or timed out, because the call itself succeeded. */
function syncAnswer(stateMachineArn: string, { arn, name, startedAt, input, end }: ExpressResult): unknown {
  const { at, ...ended } = end;
  // AWS bills in increments of 100 ms and 64 MB.
  const billedDurationInMilliseconds = Math.max(1, Math.ceil((at - startedAt) / 100)) * 100;
  return {
    executionArn: arn,
    stateMachineArn,
    name,
    startDate: startedAt / 1000,
    stopDate: at / 1000,
    input,
    inputDetails: { included: true },
    ...ended,
    ...(ended.status === "TIMED_OUT" ? { error: "States.Timeout" } : {}),
    outputDetails: { included: true },
    billingDetails: { billedDurationInMilliseconds, billedMemoryUsedInMB: 64 },
  };
}
