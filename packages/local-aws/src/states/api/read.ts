import { type Authorizer, AwsError } from "../../service.ts";
import type { Definition } from "../asl/definition.ts";
import { variableReferences } from "../asl/variable-references.ts";
import type { Executions } from "../executions.ts";
import { toApi } from "../history/event.ts";
import { splitArn } from "../machines/machine.ts";
import type { Machines } from "../machines.ts";
import { childStatus } from "../map-runs/counts.ts";
import { redriveStatus } from "../redrive-status.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import { arnKind } from "./arn.ts";
import { describableArn, executionOf, standardArn } from "./execution.ts";
import { type AccountRegion, configurations } from "./machine.ts";
import { page } from "./page.ts";
import type { Fields, Operation } from "./protocol.ts";

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] as const;

/** DescribeExecution, ListExecutions, GetExecutionHistory and DescribeStateMachineForExecution. */
export function readOperations(
  machines: Machines,
  executions: Executions,
  authorizer: Authorizer,
  now: () => number,
  account: AccountRegion,
): Readonly<Record<string, Operation>> {
  return {
    DescribeExecution(fields, caller) {
      authorizer.authorize(caller, "states:DescribeExecution", describableArn(fields, executions));
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
        ...(record.mapRun === undefined ? {} : { mapRunArn: record.mapRun.arn }),
        ...redriveStatus(record, now()),
      };
    },

    ListExecutions(fields, caller) {
      const { arn, all } = executionsOf(fields, (resource) =>
        authorizer.authorize(caller, "states:ListExecutions", resource),
      );
      const status = fields.oneOf("statusFilter", statuses);
      const redriven = fields.oneOf("redriveFilter", ["REDRIVEN", "NOT_REDRIVEN"]);
      const list = all
        .map((record) => ({ record, status: statusOf(record) }))
        .filter((entry) => status === undefined || entry.status === status)
        .filter(({ record }) => redriven === undefined || record.redriveCount > 0 === (redriven === "REDRIVEN"))
        .reverse();
      const { items, ...rest } = page(list, fields.pageSize(), fields.pageToken(3_096), `${arn} ${status}`);
      return {
        executions: items.map(({ record, status }) => ({ ...summary(record), ...ofMapRun(record), status })),
        ...rest,
      };
    },

    GetExecutionHistory(fields, caller) {
      authorizer.authorize(caller, "states:GetExecutionHistory", standardArn(fields));
      const { arn } = executionOf(fields, executions);
      const reverse = fields.flag("reverseOrder", false);
      const events = executions.history(arn);
      const { items, ...rest } = page(
        reverse ? events.toReversed() : events,
        fields.pageSize(),
        fields.pageToken(),
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
        updateDate: (record.about?.updatedAt ?? record.startedAt) / 1000,
        ...(record.about?.revisionId === undefined ? {} : { revisionId: record.about.revisionId }),
        ...configurations(record.about ?? { tracing: false }, account),
        ...variableReferences(JSON.parse(executions.definitionOf(record)) as Definition),
        ...(record.mapRun === undefined
          ? {}
          : { mapRunArn: record.mapRun.arn, label: record.machineArn.split("/").at(-1) }),
      };
    },
  };

  /**
   * Returns the executions of the state machine or Map Run that a request names, after `authorize` has allowed access
   * to it.
   */
  function executionsOf(fields: Fields, authorize: (arn: string) => void) {
    const mapRunArn = fields.optionalText("mapRunArn");
    if (mapRunArn !== undefined && fields.optionalText("stateMachineArn") === undefined) {
      arnKind(mapRunArn, "mapRun");
      authorize(mapRunArn);
      if (executions.mapRuns.find(mapRunArn) === undefined) {
        throw new AwsError("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
      }
      return { arn: mapRunArn, all: executions.ofMapRun(mapRunArn) };
    }
    if (mapRunArn !== undefined) {
      throw new AwsError("ValidationException", "Give either stateMachineArn or mapRunArn, not both.");
    }
    const arn = fields.text("stateMachineArn");
    arnKind(arn, "stateMachine");
    const { machineArn, qualifier } = splitArn(arn);
    authorize(machineArn);
    if (machines.get(arn).resource.type === "EXPRESS") {
      throw new AwsError(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
      );
    }
    const own = executions.records.filter((record) => record.machineArn === machineArn);
    if (qualifier === undefined) return { arn, all: own };
    return { arn, all: own.filter(({ versionArn, aliasArn }) => versionArn === arn || aliasArn === arn) };
  }

  function statusOf(record: ExecutionRecord) {
    return childStatus(executions.mapRuns.find(record.mapRun?.arn ?? ""), record);
  }
}

function ofMapRun({ mapRun }: ExecutionRecord) {
  return mapRun === undefined ? {} : { mapRunArn: mapRun.arn, itemCount: mapRun.items };
}

function summary(record: ExecutionRecord) {
  const { redrivenAt, stoppedAt, versionArn, aliasArn } = record;
  return {
    executionArn: record.arn,
    stateMachineArn: record.machineArn,
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
    name: record.name,
    status: record.status,
    startDate: record.startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    redriveCount: record.redriveCount,
    ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt / 1000 }),
  };
}
