import { readFileSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { baseImageIn } from "./image/base-image.ts";
import { stageContexts } from "./image/context.ts";
import { modelFolder, readModelFiles } from "./image/model-files.ts";
import { Api } from "./infra/api/api.ts";
import { withBoundary } from "./infra/boundary.ts";
import { WorkflowBucket } from "./infra/bucket.ts";
import { commitOf } from "./infra/commit.ts";
import { readConfiguration } from "./infra/configuration.ts";
import { Notifications } from "./infra/notifications/notifications.ts";
import { Observability } from "./infra/observability/observability.ts";
import { stackOutputs } from "./infra/outputs.ts";
import { stackPrefix } from "./infra/stack-names.ts";
import { withTags } from "./infra/tags.ts";
import { Images } from "./infra/workers/image.ts";
import { ModelObjects } from "./infra/workers/model-objects.ts";
import { SamplePhoto } from "./infra/workers/sample-photo.ts";
import { Workers } from "./infra/workers/workers.ts";
import { Workflows } from "./infra/workflows/workflows.ts";

const root = import.meta.dirname;
const configuration = readConfiguration();
const name = stackPrefix();
const everywhere = pulumi.mergeOptions(
  withTags({ project: pulumi.getProject(), stack: pulumi.getStack() }),
  withBoundary(configuration.permissionsBoundary),
);
const { accountId } = aws.getCallerIdentityOutput();
const { partition } = aws.getPartitionOutput();
const { region } = aws.getRegionOutput();

const base = baseImageIn(readFileSync(path.join(root, "image/Dockerfile"), "utf8"));
const { uris: images } = new Images(
  `${name}-images`,
  {
    source: configuration.imageUri
      ? { uris: configuration.imageUri }
      : {
          contexts: await stageContexts({
            root,
            ...(configuration.modelDirectory && { model: configuration.modelDirectory }),
          }),
          base,
        },
    modelSource: configuration.modelSource,
    architecture: configuration.architecture,
    functionArns: pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:*`,
    removalProtection: configuration.removalProtection,
  },
  everywhere,
);
const { bucket } = new WorkflowBucket(`${name}-data`, configuration, everywhere);
const sample = new SamplePhoto(`${name}-sample`, { bucket: bucket.id });
const model =
  configuration.modelSource === "bucket"
    ? new ModelObjects(`${name}-model`, {
        bucket: bucket.id,
        files: await readModelFiles(modelFolder(root, configuration.modelDirectory)),
      })
    : undefined;
const context = { configuration, accountId, partition, images, bucket: { name: bucket.id, arn: bucket.arn } };
const workers = new Workers(name, { ...context, ...(model && { model }) }, everywhere);
const workflows = new Workflows(
  name,
  {
    configuration,
    accountId,
    partition,
    functions: workers.callable,
    images,
    bucketArn: bucket.arn,
  },
  everywhere,
);
const api = new Api(name, { ...context, workflows }, everywhere);
const notifications = new Notifications(
  name,
  {
    ...context,
    stateMachineArn: workflows.main.stateMachine.arn,
    delayedStartArn: workflows.delayedStart.stateMachine.arn,
    apiUrl: api.restApi.endpoint,
  },
  everywhere,
);
const observability = new Observability(
  name,
  { configuration, accountId, region, workers, workflows, api, notifications },
  everywhere,
);

export const {
  endpoint,
  statusEndpoint,
  apiKey,
  curlExample,
  stateMachineArn,
  delayedStartArn,
  stateMachineArns,
  alarmNames,
  releaseId,
  commit,
  bucketName,
  functionNames,
  logGroupNames,
  costSettings,
  imageUri,
  baseImage,
  dashboardUrl,
  consoleUrls,
} = stackOutputs({
  configuration,
  commit: commitOf(root),
  images,
  ...(!configuration.imageUri && { base }),
  bucket,
  sample,
  workers,
  workflows,
  api,
  notifications,
  observability,
  region,
});
