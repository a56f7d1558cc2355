import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { readReport } from "../../contract/function-report.ts";
import type { MemoryUse } from "../../contract/headroom/run-facts.ts";

/** Pages of reports that are read per function; a page has up to 10,000 of them. */
const mostPages = 20;

/**
 * The most memory that each function used between two times, from the reports that Lambda logs. Sandboxes of other
 * executions at that time count as well: reports do not name an execution.
 * @param logGroups names of the functions' log groups, by the functions' names
 */
export async function memoryOf(
  logs: CloudWatchLogsClient,
  logGroups: Readonly<Record<string, string>>,
  [from, to]: readonly [Date, Date],
): Promise<readonly MemoryUse[]> {
  const uses: MemoryUse[] = [];
  for (const [name, group] of Object.entries(logGroups)) {
    const most = await mostUsed(logs, group, [from, to]);
    if (most) uses.push({ function: name, ...most });
  }
  return uses;
}

async function mostUsed(logs: CloudWatchLogsClient, logGroupName: string, [from, to]: readonly [Date, Date]) {
  let most: { usedMb: number; sizeMb: number } | undefined;
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: from.getTime(),
        // A report follows the end of its call.
        endTime: to.getTime() + 10_000,
        filterPattern: '"Max Memory Used"',
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    for (const { message = "" } of found.events ?? []) {
      const report = readReport(message);
      if (report && report.usedMb > (most?.usedMb ?? 0)) most = { usedMb: report.usedMb, sizeMb: report.sizeMb };
    }
    nextToken = found.nextToken;
    if (nextToken === undefined) break;
  }
  return most;
}
