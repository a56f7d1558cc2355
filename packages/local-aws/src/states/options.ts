import type { StateMachineResource } from "../graph.ts";
import type { Authorizer, Caller, Invoker, LogSink, Service } from "../service.ts";
import type { Clock } from "./clock.ts";
import type { Evaluate } from "./jsonata/evaluator.ts";

/** What the service is built from. */
export interface StatesOptions {
  readonly stateMachines: readonly StateMachineResource[];
  readonly accountId: string;
  readonly region: string;
  /** Folder of this service alone; it is made when absent. */
  readonly dataDir: string;
  readonly invoker: Invoker;
  readonly authorizer: Authorizer;
  /** S3, which Distributed Maps read items from and write results to, with the machine's role as the caller. */
  readonly s3: Service;
  /** Who a role's calls are made by. */
  credentialsFor(roleArn: string): Caller;
  readonly logs: LogSink;
  /**
   * An earlier run accepted these definitions, so they are not validated again, which takes a second for the first one.
   * @default false
   */
  readonly accepted?: boolean;
  /**
   * Evaluates JSONata; a caller that passes one must close it.
   * @default one of this service alone
   */
  readonly jsonata?: { readonly evaluate: Evaluate };
  /** @default the time of this machine */
  readonly clock?: Clock;
}
