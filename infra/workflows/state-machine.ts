import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FunctionName, functionPlaceholder, liveAlias } from "../../contract/functions.ts";
import { type Definition, distributedLabels } from "../../statemachine/definition.ts";
import { calledFunctions, checkWorkflow, fillWorkflow, type WorkflowSettings } from "../../statemachine/workflow.ts";
import type { Configuration } from "../configuration.ts";
import {
  deliverExecutionLogs,
  document,
  invokeFunction,
  mapRunBucketStatements,
  mapRunStatements,
  sampleTraces,
  startDelayed,
  trust,
  writeTraces,
} from "../policies.ts";
import type { Callable, Callables } from "../workers/workers.ts";

export interface StateMachineArgs {
  accountId: pulumi.Input<string>;
  partition: pulumi.Input<string>;
  /** The ASL file. */
  workflow: Definition;
  type: "STANDARD" | "EXPRESS";
  /** All functions; the machine is granted those in its file. */
  functions: Callables;
  settings: WorkflowSettings;
  /** The workflow whose executions this one starts. */
  starts?: StateMachine;
  /** Id of the release that the definition belongs to. @default none */
  releaseId?: pulumi.Input<string>;
  /**
   * Whether the newest version is live at once, or the command `release` moves traffic to it. `none`: the workflow belongs
   * to no release, so it has no versions and its newest definition serves. @default allAtOnce
   */
  release?: Configuration["release"] | "none";
  /** The bucket for plans and results of Distributed Maps; granted if the file has one. */
  bucketArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** @default false */
  tracing?: boolean;
}

/**
 * A workflow: its filled-in ASL file, with a role that may call exactly the functions in the file. If it belongs to
 * releases, each change is published as a version, and the alias routes traffic to a version.
 */
export class StateMachine extends pulumi.ComponentResource {
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly role: aws.iam.Role;
  readonly stateMachine: aws.sfn.StateMachine;
  /** Undefined without releases. */
  readonly live: aws.sfn.Alias | undefined;
  /** The ARN on which callers start executions. */
  readonly startArn: pulumi.Output<string>;

  /** @throws DefinitionError when the file names a function or a setting that does not exist. */
  constructor(name: string, args: StateMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:StateMachine", name, {}, opts);
    checkWorkflow(args.workflow, {
      settings: args.settings,
      functions: Object.keys(args.functions) as FunctionName[],
      starts: args.starts !== undefined,
    });
    const labels = distributedLabels(args.workflow);
    this.logGroup = this.#createLogGroup(name, args);
    this.role = this.#createRole(name, args);
    const policy = this.#createPolicy(name, args, labels.length > 0);
    this.stateMachine = this.#createMachine(name, args, policy);
    const grants = labels.length > 0 ? [this.#createSelfGrant(name, labels)] : [];
    this.live = args.release === "none" ? undefined : this.#createAlias(name, args, grants);
    this.startArn = (this.live ?? this.stateMachine).arn;
    this.registerOutputs({
      logGroup: this.logGroup,
      role: this.role,
      stateMachine: this.stateMachine,
      live: this.live,
      startArn: this.startArn,
    });
  }

  /** Under `/aws/vendedlogs/`, whose resource policy AWS keeps short; other prefixes run into its size limit. */
  #createLogGroup(name: string, args: StateMachineArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { namePrefix: `/aws/vendedlogs/states/${name}-`, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
  }

  #createRole(name: string, args: StateMachineArgs): aws.iam.Role {
    const assumeRolePolicy = pulumi
      .output(args.accountId)
      .apply((id) => JSON.stringify(trust("states.amazonaws.com", id)));
    return new aws.iam.Role(`${name}-role`, { assumeRolePolicy }, { parent: this });
  }

  #createPolicy(name: string, args: StateMachineArgs, distributes: boolean): aws.iam.RolePolicy {
    const called = calledOf(args);
    const policy = pulumi
      .all([args.bucketArn, args.starts?.stateMachine.arn ?? "", ...called.map(([, { arn }]) => arn)])
      .apply(([bucketArn = "", startedArn = "", ...arns]) => {
        const grants = called.map(([each], index) =>
          invokeFunction(functionPlaceholder(each).replace(/FunctionArn$/, ""), arns[index] ?? ""),
        );
        const objects = distributes ? mapRunBucketStatements(bucketArn) : [];
        const starts = startedArn === "" ? [] : [startDelayed(startedArn)];
        const traces = args.tracing ? [writeTraces(), sampleTraces()] : [];
        return JSON.stringify(document(...grants, ...starts, ...objects, deliverExecutionLogs(), ...traces));
      });
    return new aws.iam.RolePolicy(`${name}-policy`, { role: this.role.name, policy }, { parent: this });
  }

  #createMachine(name: string, args: StateMachineArgs, policy: aws.iam.RolePolicy): aws.sfn.StateMachine {
    const versions = Object.fromEntries(calledOf(args).map(([each, { versionArn }]) => [each, versionArn]));
    const definition = pulumi
      .all([versions, args.starts?.startArn ?? "", args.releaseId ?? "", args.partition])
      .apply(([functionArns, startArn, release, partition]) =>
        fillWorkflow(args.workflow, {
          settings: args.settings,
          functionArns,
          ...(startArn !== "" && { startArn }),
          release,
          partition,
        }),
      );
    return new aws.sfn.StateMachine(
      name,
      {
        type: args.type,
        roleArn: this.role.arn,
        definition,
        publish: args.release !== "none",
        loggingConfiguration: {
          // An Express execution has no history, so its log is the only record.
          level: args.type === "EXPRESS" ? "ALL" : "ERROR",
          includeExecutionData: args.type === "EXPRESS",
          logDestination: pulumi.interpolate`${this.logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: args.tracing ?? false },
      },
      // Step Functions checks the role's rights to deliver logs when the machine is created.
      { parent: this, dependsOn: [policy] },
    );
  }

  /** A separate policy, because it contains the ARN of the machine, which waits for the first policy. */
  #createSelfGrant(name: string, labels: readonly string[]): aws.iam.RolePolicy {
    const policy = this.stateMachine.arn.apply((arn) => JSON.stringify(document(...mapRunStatements(arn, labels))));
    return new aws.iam.RolePolicy(`${name}-children`, { role: this.role.name, policy }, { parent: this });
  }

  /**
   * With `gradual` the alias keeps the routes of the state, which are those that the command `release` set last once the
   * state is refreshed. It moves only when all that an execution needs is there. A new machine needs a new alias: an alias
   * belongs to one machine, and the provider would try to route the former machine's alias to the new machine's version.
   */
  #createAlias(name: string, args: StateMachineArgs, grants: readonly pulumi.Resource[]): aws.sfn.Alias {
    const ready = calledOf(args).flatMap(([, { readyAfter }]) => (readyAfter ? [readyAfter] : []));
    return new aws.sfn.Alias(
      `${name}-live`,
      {
        name: liveAlias,
        routingConfigurations: [{ stateMachineVersionArn: this.stateMachine.stateMachineVersionArn, weight: 100 }],
      },
      {
        parent: this,
        dependsOn: [...grants, ...ready],
        replaceWith: [this.stateMachine],
        ignoreChanges: args.release === "gradual" ? ["routingConfigurations"] : [],
      },
    );
  }
}

function calledOf({ workflow, functions }: StateMachineArgs): readonly (readonly [FunctionName, Callable])[] {
  return calledFunctions(workflow).flatMap((name) => {
    const callable = functions[name];
    return callable ? [[name, callable] as const] : [];
  });
}
