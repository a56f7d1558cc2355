import type { Definition } from "../../asl/definition.ts";
import type { EndStatus } from "../../history/end.ts";
import type { ChildInput } from "../../store/input-file.ts";
import type { ExecutionError } from "../error.ts";

/** How a Map Run goes about its child executions; UpdateMapRun can change it meanwhile. */
export interface MapRunSettings {
  /** 0: no limit but AWS's own. */
  readonly maxConcurrency: number;
  /** Items; undefined: only the percentage counts. */
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** What a Distributed Map state asks for. */
export interface MapRunRequest {
  readonly arn: string;
  readonly executionArn: string;
  readonly executionRedriveCount: number;
  /** ARN of the state machine that holds the Map state. */
  readonly machineArn: string;
  readonly roleArn: string;
  readonly processor: Definition;
  readonly express: boolean;
  readonly settings: MapRunSettings;
  /** How often the run was redriven; where the record knows fewer, the failed children begin again. */
  readonly redriveCount: number;
  /** Reads, selects and batches the items. Called once, and again only where a crash came before its end. */
  inputs(): AsyncIterable<ChildInput>;
}

/** The current state of a child execution of a Map Run; "PENDING" ones were never started. */
export interface ChildResult {
  readonly name: string;
  readonly executionArn: string;
  /** `stateMachine:NAME/LABEL`. */
  readonly machineArn: string;
  readonly input: string;
  readonly status: ChildStatus;
  readonly redriveCount: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export type ChildStatus = EndStatus | "RUNNING" | "PENDING";

/** The Map Runs of the service, as the interpreter needs them. */
export interface MapRuns {
  /** Puts a new Map Run on record; takes up the one of this ARN, redriven where the request says so. */
  open(request: MapRunRequest): void;
  /**
   * Runs the children of an open run to their ends. Gives the error where more failed than is tolerated. Throws what
   * `inputs` throws, and `Cancelled` once the run is aborted.
   */
  run(request: MapRunRequest): Promise<ExecutionError | undefined>;
  /** The children with a wanted status in the order of their items, each read when it is asked for. */
  results(arn: string, wanted: (status: ChildStatus) => boolean): Generator<ChildResult>;
  /** Puts the end on record; an ended run keeps its end. */
  end(arn: string, status: "SUCCEEDED" | "FAILED", written: boolean): void;
  /** Ends the run as ABORTED: its children are stopped, and no more are started. */
  abort(arn: string): void;
  /** Whether the run has begun and not ended. */
  running(arn: string): boolean;
  /** Of a run that has ended without success: how often it was redriven, and its execution when it began last. */
  endedOf(arn: string): { readonly redriveCount: number; readonly executionRedriveCount: number } | undefined;
}
