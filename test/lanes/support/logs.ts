import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";

/** Everything written to the log groups whose name matches, a message a line. */
export async function logText(url: string, group: RegExp): Promise<string> {
  const client = new CloudWatchLogsClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "operator", secretAccessKey: "operator" },
  });
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
