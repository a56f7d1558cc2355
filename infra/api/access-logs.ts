import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../../statemachine/partition.ts";
import type { Configuration } from "../configuration.ts";

export type AccessLogsArgs = Pick<Configuration, "apiAccessLogs" | "apiGatewayAccountRole" | "logRetentionDays">;

/** AWS's managed policy for this role, in the role's partition. */
const pushPolicy = (roleArn: string): string =>
  `arn:${partitionOf(roleArn)}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`;

/**
 * Access logs of the API and, if the stack manages it, the role with which API Gateway writes logs. There is one such
 * role per account and region, so it is retained when the stack is destroyed: another stack may use it.
 */
export class AccessLogs extends pulumi.ComponentResource {
  /** The access log settings of the stage; undefined if it has no access logs. */
  readonly settings: { readonly destinationArn: pulumi.Output<string>; readonly format: string } | undefined;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:AccessLogs", name, {}, opts);
    if (args.apiGatewayAccountRole === "manage") this.#createAccountRole(name);
    this.settings = args.apiAccessLogs
      ? { destinationArn: this.#createLogGroup(name, args).arn, format: accessLogFormat }
      : undefined;
    this.registerOutputs({ settings: this.settings });
  }

  #createAccountRole(name: string): void {
    const kept = { parent: this, retainOnDelete: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "AssumeByService",
              Effect: "Allow",
              Principal: { Service: "apigateway.amazonaws.com" },
              Action: ["sts:AssumeRole"],
            },
          ],
        }),
      },
      kept,
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      `${name}-push`,
      { role: role.name, policyArn: role.arn.apply(pushPolicy) },
      kept,
    );
    new aws.apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: role.arn },
      { ...kept, dependsOn: [attachment] },
    );
  }

  #createLogGroup(name: string, { logRetentionDays }: AccessLogsArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { namePrefix: `/aws/apigateway/${name}-`, retentionInDays: logRetentionDays },
      { parent: this },
    );
  }
}

/** One JSON object per request; no body, no key. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  bytes: "$context.responseLength",
  ip: "$context.identity.sourceIp",
  error: "$context.error.message",
});
