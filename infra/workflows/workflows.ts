import * as pulumi from "@pulumi/pulumi";
import type { FunctionName } from "../../contract/functions.ts";
import { type ExampleName, exampleNames } from "../../contract/http.ts";
import { releaseId } from "../../statemachine/release.ts";
import { loadWorkflow, type WorkflowName } from "../../statemachine/workflow.ts";
import type { Configuration } from "../configuration.ts";
import type { Callables } from "../workers/workers.ts";
import { StateMachine, type StateMachineArgs } from "./state-machine.ts";

export interface WorkflowsArgs {
  configuration: Configuration;
  accountId: pulumi.Input<string>;
  partition: pulumi.Input<string>;
  /** The functions that exist. */
  functions: Callables;
  /** URIs of the container images, by digest. */
  images: Readonly<Record<string, pulumi.Input<string>>>;
  /** The bucket of plans and Map Runs. */
  bucketArn: pulumi.Input<string>;
}

/**
 * The state machines that classify, one per ASL file of `statemachine/`; together they are one release. The one that
 * starts executions later is not part of it: it serves all releases.
 */
export class Workflows extends pulumi.ComponentResource {
  readonly main: StateMachine;
  /** Holds executions of `main` until they may start. */
  readonly delayedStart: StateMachine;
  /** Express: ends within the gateway's time. */
  readonly classifyNow: StateMachine;
  readonly examples: Partial<Readonly<Record<ExampleName, StateMachine>>>;
  readonly releaseId: pulumi.Output<string>;

  constructor(name: string, args: WorkflowsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Workflows", name, {}, opts);
    const examples = args.configuration.examples ? exampleNames : [];
    this.releaseId = releaseIdOf(args, [
      "deep-learning-workflow",
      "classify-now",
      ...examples.map((example) => `examples/${example}` as const),
    ]);
    this.main = this.#create(`${name}-workflow`, "deep-learning-workflow", "STANDARD", args);
    this.delayedStart = this.#createDelayedStart(`${name}-delayed-start`, args);
    this.classifyNow = this.#create(`${name}-classify-now`, "classify-now", "EXPRESS", args);
    this.examples = Object.fromEntries(
      examples.map((example) => [example, this.#create(`${name}-${example}`, `examples/${example}`, "STANDARD", args)]),
    );
    this.registerOutputs({
      main: this.main,
      delayedStart: this.delayedStart,
      classifyNow: this.classifyNow,
      examples: this.examples,
      releaseId: this.releaseId,
    });
  }

  #createDelayedStart(name: string, args: WorkflowsArgs): StateMachine {
    const { logRetentionDays, tracing } = args.configuration;
    return new StateMachine(
      name,
      {
        accountId: args.accountId,
        partition: args.partition,
        workflow: loadWorkflow("delayed-start"),
        type: "STANDARD",
        functions: {},
        settings: args.configuration,
        starts: this.main,
        release: "none",
        bucketArn: args.bucketArn,
        logRetentionDays,
        tracing,
      },
      { parent: this },
    );
  }

  #create(name: string, workflow: WorkflowName, type: StateMachineArgs["type"], args: WorkflowsArgs): StateMachine {
    const { logRetentionDays, tracing, release } = args.configuration;
    return new StateMachine(
      name,
      {
        accountId: args.accountId,
        partition: args.partition,
        workflow: loadWorkflow(workflow),
        type,
        functions: args.functions,
        settings: args.configuration,
        releaseId: this.releaseId,
        release,
        bucketArn: args.bucketArn,
        logRetentionDays,
        tracing,
      },
      { parent: this },
    );
  }
}

function releaseIdOf(args: WorkflowsArgs, workflows: readonly WorkflowName[]): pulumi.Output<string> {
  const versions = Object.fromEntries(
    Object.entries(args.functions).map(([name, { versionArn }]) => [name as FunctionName, versionArn]),
  );
  return pulumi.all([versions, args.images, args.partition]).apply(([functionArns, images, partition]) =>
    releaseId(workflows, {
      settings: args.configuration,
      functionArns,
      images: Object.values(images),
      partition,
    }),
  );
}
