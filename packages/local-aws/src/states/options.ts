import type { StateMachineResource } from "../graph.ts";
import type { Authorizer, Caller, Invoker, LogSink, Service } from "../service.ts";
import type { Clock } from "./clock.ts";
import type { Evaluate } from "./jsonata/evaluator.ts";
import type { StatusChange } from "./status-change.ts";

/** The configuration of the service. */
export interface StatesOptions {
  readonly stateMachines: readonly StateMachineResource[];
  readonly accountId: string;
  readonly region: string;
  /** Folder that only this service uses; it is created if it does not exist. */
  readonly dataDir: string;
  readonly invoker: Invoker;
  readonly authorizer: Authorizer;
  /**
   * The S3 service. Distributed Maps read items from it and write results to it, with the machine's role as the caller.
   */
  readonly s3: Service;
  /** Returns the caller for a role's calls. */
  credentialsFor(roleArn: string): Caller;
  readonly logs: LogSink;
  /**
   * The Step Functions API as the machines' own calls reach it, for example under faults.
   * @default the service itself
   */
  readonly integration?: Service;
  /**
   * Takes the events of Standard executions that start and end; undefined if no rule wants the event. Until the promise
   * has settled, the end of an execution is only in its history, so that a crash in between repeats the event.
   * @default no events
   */
  readonly onStatusChange?: (event: StatusChange) => Promise<void> | undefined;
  /**
   * An earlier run has accepted these definitions, so they are not validated again. The first validation takes a
   * second.
   * @default false
   */
  readonly accepted?: boolean;
  /**
   * Evaluates JSONata. If an evaluator is passed in, whoever created it must close it.
   * @default an evaluator that only this service uses
   */
  readonly jsonata?: { readonly evaluate: Evaluate };
  /** @default the clock of this machine */
  readonly clock?: Clock;
}
