import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  ListMapRunsCommand,
  paginateGetExecutionHistory,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { RunLimits } from "../../contract/headroom/headroom.ts";
import { factsOf, type HistoryEvent, type RunFacts } from "../../contract/headroom/run-facts.ts";
import { runLimitsOf } from "../../contract/headroom/run-limits.ts";
import { StoredOutcome } from "../../contract/workflow.ts";
import { usage } from "../failure.ts";

export interface Run {
  readonly facts: RunFacts;
  readonly limits: RunLimits;
  readonly startedAt: Date;
  readonly stoppedAt: Date;
}

const eventsPerPage = 1_000;

/**
 * Reads all that Step Functions knows of an execution that succeeded.
 * @throws CommandFailure if there is no such execution, or it has no results
 */
export async function gatherRun(states: SFNClient, machineArn: string, executionId: string): Promise<Run> {
  const executionArn = `${machineArn.replace(":stateMachine:", ":execution:")}:${executionId}`;
  const { output, status, startDate, stopDate } = await describe(states, executionArn, executionId);
  const outcome = StoredOutcome.safeParse(JSON.parse(output ?? "null"));
  if (!outcome.success || !startDate || !stopDate) {
    throw usage(`The execution "${executionId}" is ${status}: only one that has SUCCEEDED shows its headroom.`);
  }
  const history: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory(
    { client: states, pageSize: eventsPerPage },
    { executionArn, includeExecutionData: true },
  );
  for await (const { events = [] } of pages) history.push(...events);
  const facts = factsOf(history);
  const { definition = "{}" } = await states.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const limits = runLimitsOf(definition, facts.distributed);
  const images = outcome.data.counts.total;
  const concurrency = facts.distributed
    ? await mapRunConcurrency(states, executionArn, limits.concurrency)
    : facts.concurrency;
  return { facts: { ...facts, images, concurrency, memory: [] }, limits, startedAt: startDate, stoppedAt: stopDate };
}

async function describe(states: SFNClient, executionArn: string, executionId: string) {
  try {
    return await states.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
    throw usage(`There is no execution "${executionId}" in this stack: histories are kept for 90 days.`, {
      cause: error,
    });
  }
}

/** Nothing records how many child executions ran at once: at most as many as there were, and as were allowed. */
async function mapRunConcurrency(states: SFNClient, executionArn: string, allowed: number): Promise<number> {
  const { mapRuns = [] } = await states.send(new ListMapRunsCommand({ executionArn }));
  const runs = await Promise.all(mapRuns.map(({ mapRunArn }) => states.send(new DescribeMapRunCommand({ mapRunArn }))));
  const children = runs.reduce((sum, { executionCounts }) => sum + Number(executionCounts?.total ?? 0), 0);
  return Math.min(children, allowed);
}
