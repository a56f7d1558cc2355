import { type Authorizer, AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import { toApi } from "../history/event.ts";
import type { Machines } from "../machines.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import { arnKind } from "./arn.ts";
import { executionOf, standardArn } from "./execution.ts";
import { page } from "./page.ts";
import type { Operation } from "./protocol.ts";
import { redriveStatus } from "./redrive.ts";

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] as const;

/** DescribeExecution, ListExecutions, GetExecutionHistory and DescribeStateMachineForExecution. */
export function readOperations(
  machines: Machines,
  executions: Executions,
  authorizer: Authorizer,
  now: () => number,
): Readonly<Record<string, Operation>> {
  return {
    DescribeExecution(fields, caller) {
      authorizer.authorize(caller, "states:DescribeExecution", standardArn(fields));
      const record = executionOf(fields, executions);
      const events = executions.history(record.arn);
      const ended = record.status === "RUNNING" ? {} : (events.at(-1)?.details ?? {});
      return {
        ...summary(record),
        input: events[0]?.details?.["input"],
        inputDetails: { included: true },
        ...("output" in ended ? { output: ended["output"], outputDetails: { included: true } } : {}),
        ...("error" in ended ? { error: ended["error"] } : {}),
        ...("cause" in ended ? { cause: ended["cause"] } : {}),
        ...redriveStatus(record, now()),
      };
    },

    ListExecutions(fields, caller) {
      const arn = fields.text("stateMachineArn");
      arnKind(arn, "stateMachine");
      authorizer.authorize(caller, "states:ListExecutions", arn);
      if (machines.get(arn).resource.type === "EXPRESS") {
        throw new AwsError(
          "StateMachineTypeNotSupported",
          "This operation is not supported by this type of state machine",
        );
      }
      const status = fields.oneOf("statusFilter", statuses);
      const redriven = fields.oneOf("redriveFilter", ["REDRIVEN", "NOT_REDRIVEN"]);
      const list = executions.records
        .filter((record) => record.machineArn === arn && (status === undefined || record.status === status))
        .filter((record) => redriven === undefined || record.redriveCount > 0 === (redriven === "REDRIVEN"))
        .reverse();
      const { items, ...rest } = page(list, fields.pageSize(), fields.optionalText("nextToken"), `${arn} ${status}`);
      return { executions: items.map(summary), ...rest };
    },

    GetExecutionHistory(fields, caller) {
      authorizer.authorize(caller, "states:GetExecutionHistory", standardArn(fields));
      const { arn } = executionOf(fields, executions);
      const reverse = fields.flag("reverseOrder", false);
      const events = executions.history(arn);
      const { items, ...rest } = page(
        reverse ? events.toReversed() : events,
        fields.pageSize(),
        fields.optionalText("nextToken"),
        `${arn} ${reverse}`,
      );
      const withData = fields.flag("includeExecutionData", true);
      return { events: items.map((event) => toApi(event, withData)), ...rest };
    },

    DescribeStateMachineForExecution(fields, caller) {
      authorizer.authorize(caller, "states:DescribeStateMachineForExecution", standardArn(fields));
      const record = executionOf(fields, executions);
      return {
        stateMachineArn: record.machineArn,
        name: record.machineArn.split(":").at(-1),
        definition: executions.definitionOf(record),
        roleArn: record.roleArn,
        updateDate: record.startedAt / 1000,
      };
    },
  };
}

function summary(record: ExecutionRecord) {
  const { redrivenAt, stoppedAt } = record;
  return {
    executionArn: record.arn,
    stateMachineArn: record.machineArn,
    name: record.name,
    status: record.status,
    startDate: record.startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    redriveCount: record.redriveCount,
    ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt / 1000 }),
  };
}
