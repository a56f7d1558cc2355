import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { readReport } from "../../contract/function-report.ts";
import type { MemoryUse } from "../../contract/headroom/run-facts.ts";

/** Pages of reports that are read per function; a page has up to 10,000 of them. */
const mostPages = 20;

/**
 * The most memory that each function used between two times, from the reports that Lambda logs. Sandboxes of other
 * executions at that time count as well: reports do not name an execution.
 * @param functionNames physical names by name
 */
export async function memoryOf(
  logs: CloudWatchLogsClient,
  functionNames: Readonly<Record<string, string>>,
  [from, to]: readonly [Date, Date],
): Promise<readonly MemoryUse[]> {
  const uses: MemoryUse[] = [];
  for (const [name, physicalName] of Object.entries(functionNames)) {
    for (const group of await groupsOf(logs, physicalName)) {
      const most = await mostUsed(logs, group, [from, to]);
      if (most) uses.push({ function: name, ...most });
    }
  }
  return uses;
}

/** The log group of a function is named by the same logical name, with another suffix. */
async function groupsOf(logs: CloudWatchLogsClient, physicalName: string): Promise<readonly string[]> {
  const logGroupNamePrefix = `/aws/lambda/${physicalName.replace(/-[0-9a-f]+$/, "")}-`;
  const names: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix })) {
    names.push(...logGroups.flatMap(({ logGroupName }) => (logGroupName === undefined ? [] : [logGroupName])));
  }
  return names.filter((name) => /^[0-9a-f]+$/.test(name.slice(logGroupNamePrefix.length)));
}

async function mostUsed(logs: CloudWatchLogsClient, logGroupName: string, [from, to]: readonly [Date, Date]) {
  let most: { usedMb: number; sizeMb: number } | undefined;
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: from.getTime(),
        // A report follows the end of its call.
        endTime: to.getTime() + 10_000,
        filterPattern: '"Max Memory Used"',
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    for (const { message = "" } of answer.events ?? []) {
      const report = readReport(message);
      if (report && report.usedMb > (most?.usedMb ?? 0)) most = { usedMb: report.usedMb, sizeMb: report.sizeMb };
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return most;
}
