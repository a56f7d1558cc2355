import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionName } from "../contract/functions.ts";
import { type ExampleName, exampleNames } from "../contract/http.ts";
import type { Configuration } from "./configuration.ts";
import type { Fill } from "./definition.ts";
import { StateMachine, type StateMachineArgs } from "./state-machine.ts";

export interface WorkflowsArgs {
  configuration: Configuration;
  accountId: pulumi.Input<string>;
  /** Alias ARNs of the functions that exist. */
  functions: Partial<Readonly<Record<FunctionName, pulumi.Input<string>>>>;
  /** The bucket of plans and Map Runs. */
  bucketArn: pulumi.Input<string>;
  /** Folder of the ASL files. */
  folder: string;
}

/**
 * Seconds a Task waits beyond its function's own timeout: a cold start, which does not count there, and retries of a
 * throttled call inside Step Functions. So the function's own timeout is what ends a call that hangs.
 */
const graceSeconds = 45;

/** Values of the placeholders in the ASL files that do not name a function. */
export function workflowValues(configuration: Configuration): Readonly<Record<string, Fill>> {
  return {
    MapConcurrency: configuration.mapConcurrency,
    DistributedMapConcurrency: configuration.distributedMapConcurrency,
    MapExecutionType: configuration.mapExecutionType,
    MapTimeoutSeconds: configuration.mapTimeout + graceSeconds,
    ClassifyTimeoutSeconds: configuration.classifyTimeout + graceSeconds,
    ReduceTimeoutSeconds: configuration.reduceTimeout + graceSeconds,
    ExampleTimeoutSeconds: configuration.exampleTimeout + graceSeconds,
    WorkflowTimeoutSeconds: configuration.workflowTimeout,
  };
}

/** The state machines, one an ASL file of `statemachine/`. */
export class Workflows extends pulumi.ComponentResource {
  readonly main: StateMachine;
  /** Express: answers within the gateway's time. */
  readonly sync: StateMachine;
  readonly examples: Partial<Readonly<Record<ExampleName, StateMachine>>>;

  constructor(name: string, args: WorkflowsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Workflows", name, {}, opts);
    this.main = this.create(`${name}-workflow`, "deep-learning-workflow", "STANDARD", args);
    this.sync = this.create(`${name}-classify-now`, "classify-now", "EXPRESS", args);
    this.examples = Object.fromEntries(
      (args.configuration.examples ? exampleNames : []).map((example) => [
        example,
        this.create(`${name}-${example}`, `examples/${example}`, "STANDARD", args),
      ]),
    );
    this.registerOutputs({ main: this.main, sync: this.sync, examples: this.examples });
  }

  private create(name: string, file: string, type: StateMachineArgs["type"], args: WorkflowsArgs): StateMachine {
    const { logRetentionDays, tracing } = args.configuration;
    return new StateMachine(
      name,
      {
        accountId: args.accountId,
        file: path.join(args.folder, `${file}.asl.json`),
        type,
        functions: args.functions,
        values: workflowValues(args.configuration),
        bucketArn: args.bucketArn,
        logRetentionDays,
        tracing,
      },
      { parent: this },
    );
  }
}
