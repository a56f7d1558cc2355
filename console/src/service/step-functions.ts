import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type MapRunItemCounts,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { readEvent } from "../model/history/event.ts";
import type { Configuration } from "./configuration.ts";
import type { ReadPage } from "./history-pages.ts";

/** A Map Run as it stands, with the latest of its child executions. */
export interface MapRunLook {
  readonly label: string;
  readonly status: string | undefined;
  readonly itemCounts: Partial<MapRunItemCounts>;
  /** How many children were begun. */
  readonly begun: number;
  readonly children: readonly ExecutionListItem[];
}

const childrenShown = 50;

/** Step Functions as this page uses it: it reads, and starts nothing. */
export class StepFunctions {
  readonly #client: SFNClient;

  constructor({ region, endpoint, credentials }: Configuration) {
    this.#client = new SFNClient({ region, endpoint, credentials, maxAttempts: 2 });
  }

  async executions(stateMachineArn: string, maxResults: number): Promise<readonly ExecutionListItem[]> {
    const { executions = [] } = await this.#client.send(new ListExecutionsCommand({ stateMachineArn, maxResults }));
    return executions;
  }

  describe(executionArn: string): Promise<DescribeExecutionOutput> {
    return this.#client.send(new DescribeExecutionCommand({ executionArn }));
  }

  /** The definition that the next execution of a machine will have. */
  async currentDefinition(stateMachineArn: string): Promise<string> {
    const { definition = "" } = await this.#client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return definition;
  }

  /** The definition that the execution started with, which may be older than the machine's. */
  async definition(executionArn: string): Promise<string> {
    const { definition = "" } = await this.#client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    return definition;
  }

  /** The Map Runs that an execution began, oldest first. */
  async mapRuns(executionArn: string): Promise<readonly MapRunLook[]> {
    const { mapRuns = [] } = await this.#client.send(new ListMapRunsCommand({ executionArn }));
    return Promise.all(mapRuns.toReversed().map(({ mapRunArn = "" }) => this.#mapRun(mapRunArn)));
  }

  async #mapRun(mapRunArn: string): Promise<MapRunLook> {
    const [{ status, itemCounts = {}, executionCounts }, { executions = [] }] = await Promise.all([
      this.#client.send(new DescribeMapRunCommand({ mapRunArn })),
      this.#client.send(new ListExecutionsCommand({ mapRunArn, maxResults: childrenShown })),
    ]);
    const label = mapRunArn.split(/[/:]/).at(-2) ?? "";
    const begun = (executionCounts?.total ?? 0) - (executionCounts?.pending ?? 0);
    return { label, status, itemCounts, begun, children: executions };
  }

  /** Reads the history of an execution, a page a call. */
  pagesOf(executionArn: string): ReadPage {
    return async (request) => {
      const answer = await this.#client.send(new GetExecutionHistoryCommand({ executionArn, ...request }));
      return { events: (answer.events ?? []).map(readEvent), nextToken: answer.nextToken };
    };
  }
}
