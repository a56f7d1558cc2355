import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { opened } from "../support/opened.ts";
import { pythonCommands } from "../support/tools.ts";
import { capturedWithEverything } from "./everything.ts";
import { cfnLint } from "./lint.ts";
import { read } from "./policies.ts";

/**
 * Where the actions of a resource are defined: in CloudFormation's schema of its type, or in a list here if there is no
 * schema.
 */
type Source = { readonly schema: string } | { readonly actions: readonly string[] };

const s3 = { schema: "AWS::S3::Bucket" };
const method = { schema: "AWS::ApiGateway::Method" };
const sources: Readonly<Record<string, Source>> = {
  "aws:apigateway/account:Account": { schema: "AWS::ApiGateway::Account" },
  "aws:apigateway/apiKey:ApiKey": { schema: "AWS::ApiGateway::ApiKey" },
  "aws:apigateway/deployment:Deployment": { schema: "AWS::ApiGateway::Deployment" },
  "aws:apigateway/integration:Integration": method,
  "aws:apigateway/integrationResponse:IntegrationResponse": method,
  "aws:apigateway/method:Method": method,
  "aws:apigateway/methodResponse:MethodResponse": method,
  "aws:apigateway/methodSettings:MethodSettings": { schema: "AWS::ApiGateway::Stage" },
  "aws:apigateway/resource:Resource": { schema: "AWS::ApiGateway::Resource" },
  "aws:apigateway/response:Response": { schema: "AWS::ApiGateway::GatewayResponse" },
  "aws:apigateway/restApi:RestApi": { schema: "AWS::ApiGateway::RestApi" },
  "aws:apigateway/stage:Stage": { schema: "AWS::ApiGateway::Stage" },
  "aws:apigateway/usagePlan:UsagePlan": { schema: "AWS::ApiGateway::UsagePlan" },
  "aws:apigateway/usagePlanKey:UsagePlanKey": { schema: "AWS::ApiGateway::UsagePlanKey" },
  "aws:cloudwatch/dashboard:Dashboard": { schema: "AWS::CloudWatch::Dashboard" },
  "aws:cloudwatch/logGroup:LogGroup": { schema: "AWS::Logs::LogGroup" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { schema: "AWS::CloudWatch::Alarm" },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": { schema: "AWS::ECR::Repository" },
  "aws:iam/role:Role": { schema: "AWS::IAM::Role" },
  "aws:iam/rolePolicy:RolePolicy": { schema: "AWS::IAM::RolePolicy" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"],
  },
  "aws:lambda/alias:Alias": { schema: "AWS::Lambda::Alias" },
  "aws:lambda/function:Function": { schema: "AWS::Lambda::Function" },
  "aws:lambda/permission:Permission": { schema: "AWS::Lambda::Permission" },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    actions: ["Put", "Get", "Delete"].map((verb) => `lambda:${verb}ProvisionedConcurrencyConfig`),
  },
  "aws:s3/bucket:Bucket": s3,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": s3,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": s3,
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    actions: ["PutObject", "GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging"].map(
      (name) => `s3:${name}`,
    ),
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": s3,
  "aws:s3/bucketPolicy:BucketPolicy": { schema: "AWS::S3::BucketPolicy" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": s3,
  "aws:sfn/alias:Alias": { schema: "AWS::StepFunctions::StateMachineAlias" },
  "aws:sfn/stateMachine:StateMachine": { schema: "AWS::StepFunctions::StateMachine" },
  "aws:sns/topic:Topic": { schema: "AWS::SNS::Topic" },
  "aws:sns/topicPolicy:TopicPolicy": { schema: "AWS::SNS::TopicPolicy" },
  "aws:sns/topicSubscription:TopicSubscription": { schema: "AWS::SNS::Subscription" },
  // The actions for pushing an image's layers, and for Docker's login.
  "awsx:ecr:Image": {
    actions: [
      "InitiateLayerUpload",
      "UploadLayerPart",
      "CompleteLayerUpload",
      "PutImage",
      "BatchCheckLayerAvailability",
    ]
      .concat("GetAuthorizationToken", "BatchGetImage")
      .map((name) => `ecr:${name}`),
  },
  "awsx:ecr:Repository": { schema: "AWS::ECR::Repository" },
};

/** Actions in the schemas for features that the program does not use. */
const unused: readonly { readonly actions: RegExp; readonly reason: string }[] = [
  { actions: /^kms:|KmsKey$/, reason: "keys are AWS's own" },
  {
    actions: /^(ec2|elasticfilesystem|s3files|codedeploy|firehose|s3tables):/,
    reason: "no network, file system, gradual shift or table",
  },
  {
    actions: /^lambda:.*(CodeSigning|Recursion|Scaling|RuntimeManagement|RuntimeAlias|CapacityProvider|LayerVersion)/,
    reason: "an image has none of these",
  },
  {
    actions: /^logs:.*(DataProtection|Index|BearerToken|DeletionProtection|DeleteResourcePolic)|^s3:REST/,
    reason: "groups have a retention and nothing more",
  },
  { actions: /^iam:.*PermissionsBoundary$/, reason: "docs/iam/README.md says where to add one" },
  {
    actions:
      /^s3:.*(Metadata|Analytics|Metrics|Replication|Website|Inventory|Tiering|Accelerate|Abac|Acl|Logging|Notification|ObjectLock)/,
    reason: "the bucket has none of these",
  },
  { actions: /^s3:DeleteBucket(Cors|Encryption|Lifecycle)$/, reason: "the action that IAM knows is the one that puts" },
  {
    actions: /^s3:(GetObjectVersion|TagResource|UntagResource|ListTagsForResource)$/,
    reason: "code is an image; buckets take PutBucketTagging",
  },
  { actions: /^apigateway:UpdateRestApiPolicy$/, reason: "the API has no resource policy" },
  {
    actions: /^sns:(.*DataProtectionPolicy|ListSubscriptionsByTopic|SetSubscriptionAttributes)$/,
    reason: "a subscription is replaced, not changed",
  },
];

const Schema = z.object({
  handlers: z.record(z.string(), z.object({ permissions: z.array(z.string()).default([]) })),
});

/**
 * The types of all resources that the program declares. They are compared with the two policies of the role that
 * deploys them.
 */
const declared = opened(async () => {
  const { resources } = await capturedWithEverything("dev");
  const types = [...new Set(resources.map(({ type }) => type))].filter((type) => /^(aws|awsx):/.test(type));
  return { types, schemas: await readSchemas() };
});
const granted = ["preview-role", "deploy-role"].flatMap((name) => read(name).Statement.flatMap(({ Action }) => Action));

test("it is known which actions each type of resource takes", () => {
  const { types } = declared();
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !(type in sources))).toEqual([]);
});

test("the deploy role may do what each type takes", () => {
  const { types, schemas } = declared();
  expect(missing(types, schemas, granted)).toEqual([]);
});

test("the comparison is not blind: an action taken away is missed", () => {
  const { types, schemas } = declared();
  const less = granted.filter((action) => action !== "lambda:UpdateAlias");
  expect(missing(types, schemas, less)).not.toEqual([]);
});

test("each reason meets an action", () => {
  const { types, schemas } = declared();
  const met = types.flatMap((type) => actionsOf(type, schemas));
  expect(unused.filter(({ actions }) => !met.some((action) => actions.test(action)))).toEqual([]);
});

function missing(
  types: readonly string[],
  schemas: (type: string) => readonly string[],
  granted: readonly string[],
): readonly string[] {
  const allows = (action: string) =>
    granted.some((grant) => (grant.endsWith("*") ? action.startsWith(grant.slice(0, -1)) : grant === action));
  return types.flatMap((type) =>
    actionsOf(type, schemas)
      .filter((action) => !allows(action) && !unused.some(({ actions }) => actions.test(action)))
      .map((action) => `${action} for ${type}`),
  );
}

function actionsOf(type: string, schemas: (type: string) => readonly string[]): readonly string[] {
  const source = sources[type];
  if (source === undefined) return [];
  return "actions" in source ? source.actions : schemas(source.schema);
}

/** The permissions in CloudFormation's schemas, which cfn-lint includes. */
async function readSchemas(): Promise<(type: string) => readonly string[]> {
  const library = path.join(await pythonCommands(...cfnLint), "../lib");
  const [python = ""] = readdirSync(library);
  const folder = path.join(library, python, "site-packages/cfnlint/data/schemas");
  const index = z.record(z.string(), z.string()).parse(json(path.join(folder, "providers/us-east-1.json")));
  return (type) => {
    const { handlers } = Schema.parse(json(path.join(folder, "resources", `${index[type]}.json`)));
    return ["create", "read", "update", "delete"].flatMap((operation) => handlers[operation]?.permissions ?? []);
  };
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
