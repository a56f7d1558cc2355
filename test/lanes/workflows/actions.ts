import type { Operation, Schemas } from "./schemas.ts";

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
  "aws:cloudwatch/eventRule:EventRule": { schema: "AWS::Events::Rule" },
  "aws:cloudwatch/eventTarget:EventTarget": { schema: "AWS::Events::Rule" },
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
export const unused: readonly { readonly actions: RegExp; readonly reason: string }[] = [
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
  { actions: /^iam:DeleteRolePermissionsBoundary$/, reason: "no role may lose its boundary" },
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

/** Whether the program has a source for the actions of a type. */
export const isKnown = (type: string): boolean => type in sources;

/** The actions that a type of resource takes, each with its operation. A list without a schema is for every operation. */
export function actionsOf(
  type: string,
  schemas: Schemas,
): readonly { readonly action: string; readonly operation: Operation }[] {
  const source = sources[type];
  if (source === undefined) return [];
  if ("actions" in source) return source.actions.map((action) => ({ action, operation: "update" }));
  return Object.entries(schemas(source.schema)).flatMap(([operation, actions]) =>
    actions.map((action) => ({ action, operation: operation as Operation })),
  );
}
