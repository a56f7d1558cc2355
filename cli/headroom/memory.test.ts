import type { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect, it } from "vitest";
import { memoryOf } from "./memory.ts";

const report = (usedMb: number) =>
  `REPORT RequestId: 1\tDuration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB\tMax Memory Used: ${usedMb} MB\t\n`;

it("is the most that any page of a function's own log group reports", async () => {
  const pages: Readonly<Record<string, readonly (readonly number[])[]>> = {
    "/aws/lambda/dlw-dev-map-1a": [[100, 300], [200]],
    "/aws/lambda/dlw-dev-reduce-2b": [[]],
  };
  const send = async ({ input: { logGroupName = "", nextToken } }: FilterLogEventsCommand) => {
    const page = Number(nextToken ?? 0);
    const found = pages[logGroupName]?.[page];
    if (found === undefined) throw new Error(`no log group ${logGroupName} with page ${page}`);
    const isLast = page + 1 === pages[logGroupName]?.length;
    return { events: found.map((mb) => ({ message: report(mb) })), nextToken: isLast ? undefined : String(page + 1) };
  };
  const groups = { map: "/aws/lambda/dlw-dev-map-1a", reduce: "/aws/lambda/dlw-dev-reduce-2b" };
  const logs = { send } as unknown as CloudWatchLogsClient;
  expect(await memoryOf(logs, groups, [new Date(0), new Date(1)])).toEqual([
    { function: "map", usedMb: 300, sizeMb: 512 },
  ]);
});
