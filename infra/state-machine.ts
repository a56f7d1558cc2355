import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FunctionName, functionPlaceholder } from "../contract/functions.ts";
import { checkFills, distributedLabels, type Fill, fillDefinition, loadDefinition } from "./definition.ts";
import { inPartition, partitionOf } from "./partition.ts";
import {
  deliverExecutionLogs,
  document,
  invokeFunction,
  mapRunBucketStatements,
  mapRunStatements,
  sampleTraces,
  trust,
  writeTraces,
} from "./policies.ts";

export interface StateMachineArgs {
  accountId: pulumi.Input<string>;
  /** The ASL file. */
  file: string;
  type: "STANDARD" | "EXPRESS";
  /** Alias ARNs of all functions that exist; the machine is granted those that its file names. */
  functions: Partial<Readonly<Record<FunctionName, pulumi.Input<string>>>>;
  /** Values of the file's other placeholders; those it does not name are left out. */
  values: Readonly<Record<string, Fill>>;
  /** Where Distributed Maps read plans and write results; granted where the file has such. */
  bucketArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** @default false */
  tracing?: boolean;
}

/** A workflow: its ASL file, filled, with a role that may call exactly the functions that the file names. */
export class StateMachine extends pulumi.ComponentResource {
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly role: aws.iam.Role;
  readonly stateMachine: aws.sfn.StateMachine;

  constructor(name: string, args: StateMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:StateMachine", name, {}, opts);
    const definition = loadDefinition(args.file);
    const called = (Object.keys(args.functions) as FunctionName[]).filter((each) =>
      definition.placeholders.includes(functionPlaceholder(each)),
    );
    const values = Object.entries(args.values).filter(([key]) => definition.placeholders.includes(key));
    const fills: Record<string, pulumi.Input<Fill>> = Object.fromEntries(values);
    for (const each of called) fills[functionPlaceholder(each)] = args.functions[each] ?? "";
    checkFills(definition, Object.keys(fills));
    const labels = distributedLabels(definition);

    this.logGroup = this.createLogGroup(name, args);
    this.role = this.createRole(name, args);
    const policy = this.createPolicy(name, args, called, labels.length > 0);
    this.stateMachine = new aws.sfn.StateMachine(
      name,
      {
        type: args.type,
        roleArn: this.role.arn,
        definition: pulumi
          .all([fills, args.bucketArn])
          .apply(([values, arn]) => inPartition(fillDefinition(definition, values), partitionOf(arn))),
        loggingConfiguration: {
          // An Express execution has no history of its own: its log is all there is to read afterwards.
          level: args.type === "EXPRESS" ? "ALL" : "ERROR",
          includeExecutionData: args.type === "EXPRESS",
          logDestination: pulumi.interpolate`${this.logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: args.tracing ?? false },
      },
      // Step Functions checks the role's rights to deliver logs when the machine is made.
      { parent: this, dependsOn: [policy] },
    );
    if (labels.length > 0) this.createSelfGrant(name, labels);
    this.registerOutputs({ logGroup: this.logGroup, role: this.role, stateMachine: this.stateMachine });
  }

  /** Under `/aws/vendedlogs/`, whose resource policy AWS keeps short; other prefixes run into its size limit. */
  private createLogGroup(name: string, args: StateMachineArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { namePrefix: `/aws/vendedlogs/states/${name}-`, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
  }

  private createRole(name: string, args: StateMachineArgs): aws.iam.Role {
    const assumeRolePolicy = pulumi
      .output(args.accountId)
      .apply((id) => JSON.stringify(trust("states.amazonaws.com", id)));
    return new aws.iam.Role(`${name}-role`, { assumeRolePolicy }, { parent: this });
  }

  private createPolicy(
    name: string,
    args: StateMachineArgs,
    called: readonly FunctionName[],
    distributes: boolean,
  ): aws.iam.RolePolicy {
    const policy = pulumi
      .all([args.bucketArn, ...called.map((each) => args.functions[each] ?? "")])
      .apply(([bucketArn = "", ...arns]) => {
        const grants = called.map((each, place) =>
          invokeFunction(functionPlaceholder(each).replace(/FunctionArn$/, ""), arns[place] ?? ""),
        );
        const objects = distributes ? mapRunBucketStatements(bucketArn) : [];
        const traces = args.tracing ? [writeTraces(), sampleTraces()] : [];
        return JSON.stringify(document(...grants, ...objects, deliverExecutionLogs(), ...traces));
      });
    return new aws.iam.RolePolicy(`${name}-policy`, { role: this.role.name, policy }, { parent: this });
  }

  /** A policy of its own: it names the machine, which itself waits for the first one. */
  private createSelfGrant(name: string, labels: readonly string[]): aws.iam.RolePolicy {
    const policy = this.stateMachine.arn.apply((arn) => JSON.stringify(document(...mapRunStatements(arn, labels))));
    return new aws.iam.RolePolicy(`${name}-children`, { role: this.role.name, policy }, { parent: this });
  }
}
