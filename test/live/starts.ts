import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import * as z from "zod";
import type { ExitCode } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { verdict } from "./many.ts";
import type { LiveTarget } from "./target.ts";

/** The log line of a start of `classify` (functions/classify/start-record.ts). */
const StartRecord = z.object({
  engine: z.string(),
  precision: z.string(),
  processor: z.string(),
  flags: z.array(z.string()),
});

/** One cold start: a sandbox has one log stream. */
export interface ColdStart {
  readonly group: string;
  readonly initMs: number;
  readonly record?: z.infer<typeof StartRecord>;
}

/** Prints the initialisation of each cold start, those of `classify` with what runs on which processor. */
export async function starts(target: LiveTarget, surroundings: Surroundings): Promise<ExitCode> {
  const found: ColdStart[] = [];
  for (const group of await groupsOf(target)) found.push(...coldStartsIn(group, await eventsOf(group, target.logs)));
  for (const { group, initMs, record } of found) {
    const what = record
      ? `, ${record.engine} in ${record.precision} on ${record.processor}: ${record.flags.join(" ") || "no vector flags"}`
      : "";
    surroundings.stdout.write(`${group}: Init Duration ${initMs.toFixed(2)} ms${what}\n`);
  }
  const problems = [
    ...(found.length === 0 ? [`No log group "${target.logGroupPrefix}…" has a line with "Init Duration".`] : []),
    ...(found.some(({ record }) => record) ? [] : ["No start of classify names its processor."]),
  ];
  return verdict(problems, `${found.length} cold starts.\n`, surroundings);
}

/** Pairs the two lines of each log stream: Lambda's report, and the record of a start. */
export function coldStartsIn(group: string, events: readonly FilteredLogEvent[]): readonly ColdStart[] {
  const records = new Map<string, z.infer<typeof StartRecord>>();
  for (const { logStreamName = "", message = "" } of events) {
    const record = StartRecord.safeParse(jsonIn(message));
    if (record.success) records.set(logStreamName, record.data);
  }
  return events.flatMap(({ logStreamName = "", message = "" }) => {
    const [, ms] = /^REPORT .*\tInit Duration: ([\d.]+) ms/s.exec(message) ?? [];
    if (ms === undefined) return [];
    const record = records.get(logStreamName);
    return [{ group, initMs: Number(ms), ...(record && { record }) }];
  });
}

function jsonIn(message: string): unknown {
  try {
    return JSON.parse(message.slice(message.indexOf("{")));
  } catch {
    return undefined;
  }
}

async function groupsOf({ logs, logGroupPrefix: logGroupNamePrefix }: LiveTarget): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix })) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names;
}

async function eventsOf(logGroupName: string, client: CloudWatchLogsClient): Promise<readonly FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  const request = { logGroupName, filterPattern: '?"Init Duration" ?"phasesMs"' };
  for await (const page of paginateFilterLogEvents({ client }, request)) events.push(...(page.events ?? []));
  return events;
}
