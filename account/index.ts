import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubProvider } from "./github-provider.ts";
import { environmentsOf } from "./outputs.ts";
import { readSettings } from "./settings.ts";
import { StackAccess } from "./stack-access.ts";
import { StateStore } from "./state-store.ts";

const { repository, stacks, imageBuckets } = readSettings();
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };

const provider = await githubProvider(tags);
const { bucket } = new StateStore("deep-learning-workflow-state", { tags });
const access = stacks.map(
  (stack) =>
    [
      stack,
      new StackAccess(`deep-learning-workflow-${stack}`, {
        repository,
        stack,
        imageBuckets,
        provider,
        stateBucket: bucket.id,
        tags,
      }),
    ] as const,
);

const { region } = aws.getRegionOutput();
/** Where the states of the workflow's stacks are, and then this program's own: `pulumi login` takes it. */
export const backendUrl = pulumi.interpolate`s3://${bucket.id}?region=${region}`;
/** What `pulumi stack init --secrets-provider` and `pulumi config set permissionsBoundary` take, by stack. */
export const stackSettings = Object.fromEntries(
  access.map(([stack, { secretsProvider, boundary }]) => [
    stack,
    { secretsProvider, permissionsBoundary: boundary.arn },
  ]),
);
/** The variables of each GitHub environment. */
export const environments = environmentsOf(access, { backendUrl, region });
