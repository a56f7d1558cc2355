import type { Definition } from "../asl/definition.ts";
import type { HistoryEvent } from "../history/event.ts";
import type { ChildPosition, ExecutionRecord } from "../store/execution-store.ts";
import type { ChildName } from "./child-name.ts";

/** A child execution that is about to start. */
export interface NewChild extends ChildName {
  readonly roleArn: string;
  readonly processor: Definition;
  readonly input: string;
  readonly position: ChildPosition;
}

/** The executions of the service, as Map Runs use them. */
export interface Children {
  /** Returns the latest execution at each index of a Map Run; undefined for a child that was never started. */
  childrenOf(mapRunArn: string): readonly (ExecutionRecord | undefined)[];
  startChild(child: NewChild): ExecutionRecord;
  /** Runs an ended Standard child again from the point of failure. */
  redriveChild(record: ExecutionRecord, position: ChildPosition): void;
  /** Settles with the execution's record when the execution is no longer running. */
  settled(arn: string): Promise<ExecutionRecord | undefined>;
  stop(record: ExecutionRecord, details: Readonly<Record<string, unknown>>): Promise<number>;
  find(arn: string): ExecutionRecord | undefined;
  history(arn: string): readonly HistoryEvent[];
}
