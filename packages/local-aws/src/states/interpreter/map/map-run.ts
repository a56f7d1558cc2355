import type { Definition } from "../../asl/definition.ts";
import type { EndStatus } from "../../history/end.ts";
import type { ChildInput } from "../../store/input-file.ts";
import type { ExecutionError } from "../error.ts";

/** Settings for the child executions of a Map Run. UpdateMapRun can change them while the run is in progress. */
export interface MapRunSettings {
  /** 0 means no limit other than AWS's own. */
  readonly maxConcurrency: number;
  /** Number of items; if undefined, only the percentage counts. */
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** A Distributed Map state's request to start or continue a Map Run. */
export interface MapRunRequest {
  readonly arn: string;
  readonly executionArn: string;
  readonly executionRedriveCount: number;
  /** ARN of the state machine that contains the Map state. */
  readonly machineArn: string;
  readonly roleArn: string;
  readonly processor: Definition;
  readonly express: boolean;
  readonly settings: MapRunSettings;
  /** How often the run has been redriven. If the number on record is smaller, the failed children run again. */
  readonly redriveCount: number;
  /** Reads, selects and batches the items. Called once, and again only if a crash interrupted the first call. */
  inputs(): AsyncIterable<ChildInput>;
}

/** The current state of a child execution of a Map Run. Children with status "PENDING" were never started. */
export interface ChildResult {
  readonly name: string;
  readonly executionArn: string;
  /** Format: `stateMachine:NAME/LABEL`. */
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

/** The Map Runs of the service, as the interpreter uses them. */
export interface MapRuns {
  /** Records a new Map Run, or continues the one with this ARN, which is redriven if the request says so. */
  open(request: MapRunRequest): void;
  /**
   * Runs the children of an open Map Run until they end. Returns an error if more children failed than are tolerated.
   * Throws the errors of `inputs`, and `Cancelled` if the run is aborted.
   */
  run(request: MapRunRequest): Promise<ExecutionError | undefined>;
  /** Yields the children with a wanted status in the order of their items. Each is read only when it is requested. */
  results(arn: string, wanted: (status: ChildStatus) => boolean): Generator<ChildResult>;
  /** Records the end of the run. A run that has already ended is not changed. */
  end(arn: string, status: "SUCCEEDED" | "FAILED", written: boolean): void;
  /** Ends the run as ABORTED: stops its children and starts no more. */
  abort(arn: string): void;
  /** Whether the run has started and not ended. */
  running(arn: string): boolean;
  /**
   * For a run that ended without success: how often the run had been redriven, and how often its execution had been
   * redriven when the run last started.
   */
  endedOf(arn: string): { readonly redriveCount: number; readonly executionRedriveCount: number } | undefined;
}
