import type { Definition } from "../asl/definition.ts";
import type { HistoryEvent } from "../history/event.ts";
import type { ChildPosition, ExecutionRecord } from "../store/execution-store.ts";
import type { ChildName } from "./child-name.ts";

/** A child execution that is to begin. */
export interface NewChild extends ChildName {
  readonly roleArn: string;
  readonly processor: Definition;
  readonly input: string;
  readonly position: ChildPosition;
}

/** The service's executions, as Map Runs need them. */
export interface Children {
  /** The latest execution at each place of a Map Run; a place without one was never begun. */
  childrenOf(mapRunArn: string): readonly (ExecutionRecord | undefined)[];
  startChild(child: NewChild): ExecutionRecord;
  /** Runs an ended Standard child again from where it failed. */
  redriveChild(record: ExecutionRecord, position: ChildPosition): void;
  /** Settles when the execution runs no longer, with its record then. */
  settled(arn: string): Promise<ExecutionRecord | undefined>;
  stop(record: ExecutionRecord, details: Readonly<Record<string, unknown>>): Promise<number>;
  find(arn: string): ExecutionRecord | undefined;
  history(arn: string): readonly HistoryEvent[];
}
