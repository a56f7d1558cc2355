import type { z } from "zod";
import type { Authorizer, Caller, Service } from "../service.ts";
import { AwsError } from "../service.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { getLogEvents } from "./get-log-events.ts";
import type { Group } from "./group.ts";
import { decodeToken, encodeToken, limitOf } from "./page.ts";
import { DescribeLogGroups, DescribeLogStreams, FilterLogEvents, GetLogEvents } from "./requests.ts";

export interface LogsServiceOptions {
  readonly groups: () => readonly Group[];
  readonly authorizer: Authorizer;
  readonly warn: (message: string) => void;
}

/** The page size of CloudWatch Logs' Describe operations. */
const describeLimit = 50;

/** The read operations of the CloudWatch Logs API (AWS JSON 1.1). */
export function createLogsService({ groups, authorizer, warn }: LogsServiceOptions): Service {
  type Operation = (body: unknown, caller: Caller) => Promise<object>;
  const operations: Readonly<Record<string, Operation>> = {
    async DescribeLogGroups(body, caller) {
      const request = parse(DescribeLogGroups, body);
      const { logGroupNamePrefix = "", logGroupNamePattern = "", limit, nextToken } = request;
      const wanted = request.logGroupIdentifiers?.map(nameIn);
      authorizer.authorize(caller, "logs:DescribeLogGroups", "*");
      const found = groups()
        .filter(({ name }) => wanted?.includes(name) ?? true)
        .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { part, next } = slice(found, limit, nextToken);
      return { logGroups: part.map(groupView), ...next };
    },
    async DescribeLogStreams(body, caller) {
      const request = parse(DescribeLogStreams, body);
      const group = find(groups(), request);
      authorizer.authorize(caller, "logs:DescribeLogStreams", `${group.arn}:log-stream:`);
      const prefix = request.logStreamNamePrefix ?? "";
      const found = group.streams().filter(({ name }) => name.startsWith(prefix));
      if (request.orderBy === "LogStreamName") found.sort((a, b) => (a.name < b.name ? -1 : 1));
      else found.sort((a, b) => (a.lastTimestamp ?? 0) - (b.lastTimestamp ?? 0));
      if (request.descending) found.reverse();
      const { part, next } = slice(found, request.limit, request.nextToken);
      const logStreams = part.map(({ name, firstTimestamp, lastTimestamp, lastIngestion }) => ({
        logStreamName: name,
        arn: `${group.arn}:log-stream:${name}`,
        creationTime: firstTimestamp,
        firstEventTimestamp: firstTimestamp,
        lastEventTimestamp: lastTimestamp,
        lastIngestionTime: lastIngestion,
      }));
      return { logStreams, ...next };
    },
    async GetLogEvents(body, caller) {
      const request = parse(GetLogEvents, body);
      const group = find(groups(), request);
      authorizer.authorize(caller, "logs:GetLogEvents", `${group.arn}:log-stream:${request.logStreamName}`);
      return getLogEvents(group, request);
    },
    async FilterLogEvents(body, caller) {
      const request = parse(FilterLogEvents, body);
      const group = find(groups(), request);
      authorizer.authorize(caller, "logs:FilterLogEvents", `${group.arn}:log-stream:`);
      return filterLogEvents(group, request);
    },
  };

  return async (request, caller) => {
    try {
      const name = /^Logs_20140328\.(\w+)$/.exec(request.headers.get("x-amz-target") ?? "")?.[1] ?? "";
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation)
        throw new AwsError("UnknownOperationException", `This machine's CloudWatch Logs has no operation "${name}".`);
      return answer(200, await operation(await json(request), caller));
    } catch (error) {
      const known =
        error instanceof AwsError
          ? error
          : new AwsError("ServiceUnavailableException", "An internal error occurred.", 500);
      if (known !== error) warn(`CloudWatch Logs failed: ${String(error)}`);
      return answer(known.status, { __type: known.name, message: known.message });
    }
  };
}

function groupView(group: Group): object {
  const streams = group.streams();
  return {
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    logGroupClass: "STANDARD",
    creationTime: Math.floor(group.createdAt),
    storedBytes: streams.reduce((sum, { bytes }) => sum + bytes, 0),
    metricFilterCount: 0,
    ...(group.retentionDays === 0 ? {} : { retentionInDays: group.retentionDays }),
  };
}

function find(
  groups: readonly Group[],
  { logGroupName, logGroupIdentifier }: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): Group {
  const wanted = logGroupName ?? (logGroupIdentifier === undefined ? undefined : nameIn(logGroupIdentifier));
  if (wanted === undefined) {
    throw new AwsError("InvalidParameterException", "Either logGroupName or logGroupIdentifier must be given.");
  }
  const group = groups.find(({ name }) => name === wanted);
  if (!group) throw new AwsError("ResourceNotFoundException", `The specified log group does not exist: ${wanted}`);
  return group;
}

/** Returns the name of the log group that a name or an ARN identifies. */
function nameIn(identifier: string): string {
  return identifier.replace(/^arn:.*:log-group:/, "").replace(/:\*$/, "");
}

function slice<T>(items: readonly T[], limit: number | undefined, token: string | undefined) {
  const begin = token === undefined ? 0 : decodeToken(token, isPlace);
  const end = begin + limitOf(limit, describeLimit);
  return { part: items.slice(begin, end), next: end < items.length ? { nextToken: encodeToken(end) } : {} };
}

function isPlace(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

async function json(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (cause) {
    throw new AwsError("SerializationException", "The request's body is not JSON.", 400, { cause });
  }
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new AwsError("InvalidParameterException", `${problems.length} validation error: ${problems.join("; ")}`);
}

function answer(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/x-amz-json-1.1" } });
}
