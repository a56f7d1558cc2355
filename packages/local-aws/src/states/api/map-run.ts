import { type Authorizer, AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import { countsOf } from "../map-runs/counts.ts";
import type { MapRunRecord } from "../store/map-run-store.ts";
import { arnKind } from "./arn.ts";
import { executionOf, standardArn } from "./execution.ts";
import { page } from "./page.ts";
import type { Fields, Operation } from "./protocol.ts";

/** DescribeMapRun, ListMapRuns and UpdateMapRun. */
export function mapRunOperations(executions: Executions, authorizer: Authorizer): Readonly<Record<string, Operation>> {
  return {
    DescribeMapRun(fields, caller) {
      authorizer.authorize(caller, "states:DescribeMapRun", mapRunArn(fields));
      const run = mapRunOf(fields, executions);
      const { redrivenAt } = run;
      return {
        ...summary(run),
        status: run.status,
        maxConcurrency: run.maxConcurrency,
        toleratedFailureCount: run.toleratedFailureCount ?? 0,
        toleratedFailurePercentage: run.toleratedFailurePercentage ?? 0,
        ...countsOf(run, executions.childrenOf(run.arn)),
        redriveCount: run.redriveCount,
        ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt / 1000 }),
      };
    },

    ListMapRuns(fields, caller) {
      authorizer.authorize(caller, "states:ListMapRuns", standardArn(fields));
      const { arn } = executionOf(fields, executions);
      const list = executions.mapRuns.ofExecution(arn).toReversed();
      const { items, ...rest } = page(list, fields.pageSize(), fields.pageToken(), `map runs ${arn}`);
      return { mapRuns: items.map(summary), ...rest };
    },

    UpdateMapRun(fields, caller) {
      authorizer.authorize(caller, "states:UpdateMapRun", mapRunArn(fields));
      const run = mapRunOf(fields, executions);
      if (run.status !== "RUNNING") {
        throw new AwsError("ValidationException", `The Map Run is ${run.status}; only a running one can be updated.`);
      }
      const settings = {
        maxConcurrency: fields.number("maxConcurrency"),
        toleratedFailureCount: fields.number("toleratedFailureCount"),
        toleratedFailurePercentage: fields.number("toleratedFailurePercentage", 100, false),
      };
      const given = Object.entries(settings).filter(([, value]) => value !== undefined);
      executions.mapRuns.update(run.arn, Object.fromEntries(given));
      return {};
    },
  };
}

function mapRunArn(fields: Fields): string {
  const arn = fields.text("mapRunArn");
  arnKind(arn, "mapRun");
  return arn;
}

/** Returns the record of the Map Run that a request names. Throws "ResourceNotFound". */
function mapRunOf(fields: Fields, executions: Executions): MapRunRecord {
  const arn = mapRunArn(fields);
  const run = executions.mapRuns.find(arn);
  if (run === undefined) throw new AwsError("ResourceNotFound", `Resource not found: '${arn}'`);
  return run;
}

function summary({ arn, executionArn, machineArn, startedAt, stoppedAt }: MapRunRecord) {
  return {
    mapRunArn: arn,
    executionArn,
    stateMachineArn: machineArn,
    startDate: startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
  };
}
