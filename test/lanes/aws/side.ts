import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { until } from "../support/until.ts";
import type { Script } from "./script.ts";

export interface Story {
  readonly name: string;
  readonly definition: string;
  readonly input: unknown;
  readonly script: Script;
}

/** An implementation of Step Functions behind the real client. */
export interface Side {
  readonly name: string;
  readonly client: SFNClient;
  /** Starts an execution named "lane" and returns its ARN. */
  start(story: Story): Promise<string>;
  stop(): Promise<void>;
}

export type Ending = DescribeExecutionCommandOutput;

export interface Playback {
  readonly end: Ending;
  readonly events: readonly HistoryEvent[];
}

/** Runs a story to its end and reads its history page by page. */
export async function play(side: Side, story: Story): Promise<Playback> {
  const executionArn = await side.start(story);
  const describe = () => side.client.send(new DescribeExecutionCommand({ executionArn }));
  await until(`${side.name} has run "${story.name}"`, async () => (await describe()).status !== "RUNNING");
  // Read again: moto sets the output and the error just after the status.
  return { end: await describe(), events: await history(side, executionArn) };
}

async function history(side: Side, executionArn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await side.client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, maxResults: 1000, nextToken }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}
