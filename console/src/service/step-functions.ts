import type {
  DescribeExecutionOutput,
  DescribeMapRunOutput,
  DescribeStateMachineForExecutionOutput,
  DescribeStateMachineOutput,
  ExecutionListItem,
  GetExecutionHistoryOutput,
  ListExecutionsOutput,
  ListMapRunsOutput,
  MapRunItemCounts,
} from "@aws-sdk/client-sfn";
import { readEvent } from "../model/history/event.ts";
import type { Aws } from "./aws.ts";
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
  readonly #aws: Aws;

  constructor(aws: Aws) {
    this.#aws = aws;
  }

  async executions(stateMachineArn: string, maxResults: number): Promise<readonly ExecutionListItem[]> {
    const { executions = [] } = await this.#call<ListExecutionsOutput>("ListExecutions", {
      stateMachineArn,
      maxResults,
    });
    return executions;
  }

  describe(executionArn: string): Promise<DescribeExecutionOutput> {
    return this.#call<DescribeExecutionOutput>("DescribeExecution", { executionArn });
  }

  /** The definition that the next execution of a machine will have. */
  async currentDefinition(stateMachineArn: string): Promise<string> {
    const { definition = "" } = await this.#call<DescribeStateMachineOutput>("DescribeStateMachine", {
      stateMachineArn,
    });
    return definition;
  }

  /** The definition that the execution started with, which may be older than the machine's. */
  async definition(executionArn: string): Promise<string> {
    const { definition = "" } = await this.#call<DescribeStateMachineForExecutionOutput>(
      "DescribeStateMachineForExecution",
      { executionArn },
    );
    return definition;
  }

  /** The Map Runs that an execution began, oldest first. */
  async mapRuns(executionArn: string): Promise<readonly MapRunLook[]> {
    const { mapRuns = [] } = await this.#call<ListMapRunsOutput>("ListMapRuns", { executionArn });
    return Promise.all(mapRuns.toReversed().map(({ mapRunArn = "" }) => this.#mapRun(mapRunArn)));
  }

  async #mapRun(mapRunArn: string): Promise<MapRunLook> {
    const [{ status, itemCounts = {}, executionCounts }, { executions = [] }] = await Promise.all([
      this.#call<DescribeMapRunOutput>("DescribeMapRun", { mapRunArn }),
      this.#call<ListExecutionsOutput>("ListExecutions", { mapRunArn, maxResults: childrenShown }),
    ]);
    const label = mapRunArn.split(/[/:]/).at(-2) ?? "";
    const begun = (executionCounts?.total ?? 0) - (executionCounts?.pending ?? 0);
    return { label, status, itemCounts, begun, children: executions };
  }

  /** Reads the history of an execution, a page a call. */
  pagesOf(executionArn: string): ReadPage {
    return async (request) => {
      const answer = await this.#call<GetExecutionHistoryOutput>("GetExecutionHistory", { executionArn, ...request });
      return { events: (answer.events ?? []).map(readEvent), nextToken: answer.nextToken };
    };
  }

  #call<Output>(operation: string, input: object): Promise<Output> {
    return this.#aws.call("states", operation, input);
  }
}
