import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type CostSettings, precisionOf } from "../contract/cost/settings.ts";
import { classifyingWorkflows } from "../contract/release.ts";
import type { BaseImage } from "../image/base-image.ts";
import type { ImageTarget } from "../image/context.ts";
import type { Api } from "./api/api.ts";
import type { Configuration } from "./configuration.ts";
import type { Notifications } from "./notifications/notifications.ts";
import type { Observability } from "./observability/observability.ts";
import type { SamplePhoto } from "./workers/sample-photo.ts";
import type { Workers } from "./workers/workers.ts";
import type { Workflows } from "./workflows/workflows.ts";

export interface StackParts {
  readonly configuration: Configuration;
  /** The program's commit; undefined if the program is not in a git repository. */
  readonly commit: string | undefined;
  /** The base of the images; undefined if they were built elsewhere. */
  readonly base?: BaseImage;
  readonly images: Readonly<Record<ImageTarget, pulumi.Input<string>>>;
  readonly bucket: aws.s3.Bucket;
  readonly sample: SamplePhoto;
  readonly workers: Workers;
  readonly workflows: Workflows;
  readonly api: Api;
  readonly notifications: Notifications;
  readonly observability: Observability;
  readonly region: pulumi.Input<string>;
}

/** The outputs of the stack. `imageUri` has the format of the setting of that name. */
export function stackOutputs(parts: StackParts) {
  const { images, bucket, sample, workers, workflows, api, notifications, observability, region } = parts;
  const { endpoint, plan } = api.restApi;
  const { stateMachine } = workflows.main;
  const header = plan ? ' -H "x-api-key: $(pulumi stack output apiKey --show-secrets)"' : "";
  const functions = { api: api.function, ...workers.functions, notify: notifications.function };
  return {
    endpoint,
    statusEndpoint: pulumi.interpolate`${endpoint}/executions/{id}`,
    apiKey: plan?.keyValue,
    curlExample: pulumi.interpolate`curl -sS ${endpoint}/classify/sync${header} -H "content-type: application/json" -d '["${sample.reference}"]'`,
    stateMachineArn: stateMachine.arn,
    delayedStartArn: workflows.delayedStart.stateMachine.arn,
    stateMachineArns: {
      [classifyingWorkflows.main]: stateMachine.arn,
      [classifyingWorkflows.now]: workflows.classifyNow.stateMachine.arn,
      ...Object.fromEntries(Object.entries(workflows.examples).map(([name, each]) => [name, each.stateMachine.arn])),
    },
    alarmNames: Object.values(observability.alarms.alarms).map(({ name }) => name),
    releaseId: workflows.releaseId,
    commit: parts.commit,
    bucketName: bucket.id,
    functionNames: Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, each.function.name])),
    logGroupNames: Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, each.logGroup.name])),
    costSettings: costSettings(parts),
    baseImage: parts.base && [parts.base.name, parts.base.digest].filter((part) => part !== undefined).join("@"),
    imageUri: { light: images.light, classify: images.classify },
    dashboardUrl: observability.dashboardUrl,
    consoleUrls: consoleUrls({ region, stateMachineArn: stateMachine.arn, bucketName: bucket.id, functions }),
  };
}

/** What the cost of an execution depends on, for the console's estimates. */
function costSettings({ configuration, notifications: { rule, machine } }: StackParts): pulumi.Output<CostSettings> {
  const { architecture, batchSize, inlineLimit, resultRetentionDays, inferenceEngine, inferencePrecision } =
    configuration;
  const settings: CostSettings = {
    memory: {
      api: configuration.apiMemory,
      map: configuration.mapMemory,
      classify: configuration.classifyMemory,
      reduce: configuration.reduceMemory,
      notify: configuration.notifyMemory,
    },
    architecture,
    precision: precisionOf(inferenceEngine, inferencePrecision),
    batchSize,
    inlineLimit,
    resultRetentionDays,
  };
  const { definition } = machine.stateMachine;
  return rule.state.apply((state): pulumi.Output<CostSettings> => {
    if (state === "DISABLED") return pulumi.output(settings);
    return definition.apply((notifyDefinition) => ({ ...settings, notifyDefinition }));
  });
}

/** Pages of the AWS console to look at first. */
function consoleUrls({
  region,
  stateMachineArn,
  bucketName,
  functions,
}: {
  region: pulumi.Input<string>;
  stateMachineArn: pulumi.Input<string>;
  bucketName: pulumi.Input<string>;
  functions: Readonly<Record<string, Api["function"]>>;
}) {
  const home = pulumi.interpolate`https://${region}.console.aws.amazon.com`;
  const logs = Object.entries(functions).map(([name, { logGroup }]) => [
    name,
    // The console wants the name's slashes encoded twice, "%" as "$".
    pulumi.interpolate`${home}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${logGroup.name.apply((group) => encodeURIComponent(encodeURIComponent(group)).replaceAll("%", "$"))}`,
  ]);
  return {
    executions: pulumi.interpolate`${home}/states/home?region=${region}#/statemachines/view/${stateMachineArn}`,
    bucket: pulumi.interpolate`${home}/s3/buckets/${bucketName}?region=${region}`,
    logs: Object.fromEntries(logs) as Record<string, pulumi.Output<string>>,
  };
}
