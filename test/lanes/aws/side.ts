import { setTimeout as delay } from "node:timers/promises";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
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
  const deadline = Date.now() + 60_000;
  for (;;) {
    const end = await side.client.send(new DescribeExecutionCommand({ executionArn }));
    if (end.status !== "RUNNING") return { end, events: await history(side, executionArn) };
    if (Date.now() > deadline) throw new Error(`${side.name} still runs "${story.name}" after a minute`);
    await delay(50);
  }
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
