import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { type OperatedService, operatorOf } from "./operator.ts";

/** All messages in the log groups whose name matches, one message per line. */
export async function logText(service: OperatedService, group: RegExp): Promise<string> {
  const client = new CloudWatchLogsClient(operatorOf(service));
  try {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    const lines: string[] = [];
    for (const { logGroupName } of logGroups.filter(({ logGroupName }) => group.test(logGroupName ?? ""))) {
      if (logGroupName === undefined) continue;
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        lines.push(...events.map(({ message }) => (message ?? "").trimEnd()));
      }
    }
    return lines.join("\n");
  } finally {
    client.destroy();
  }
}
