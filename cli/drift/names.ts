import type { Reading } from "./event.ts";

/** What people call the types of this project's resources. Other types are named after their token. */
const nouns: Readonly<Record<string, string>> = {
  "aws:apigateway/apiKey:ApiKey": "API key",
  "aws:apigateway/deployment:Deployment": "API deployment",
  "aws:apigateway/integration:Integration": "API integration",
  "aws:apigateway/integrationResponse:IntegrationResponse": "API integration response",
  "aws:apigateway/method:Method": "API method",
  "aws:apigateway/methodResponse:MethodResponse": "API method response",
  "aws:apigateway/methodSettings:MethodSettings": "API throttling and logging",
  "aws:apigateway/resource:Resource": "API path",
  "aws:apigateway/response:Response": "API gateway response",
  "aws:apigateway/restApi:RestApi": "API",
  "aws:apigateway/stage:Stage": "API stage",
  "aws:apigateway/usagePlanKey:UsagePlanKey": "key of a usage plan",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "image lifecycle rules",
  "aws:ecr/repository:Repository": "image repository",
  "aws:iam/rolePolicy:RolePolicy": "policy of a role",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "managed policy of a role",
  "aws:lambda/alias:Alias": "function alias",
  "aws:lambda/permission:Permission": "permission to call a function",
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "provisioned concurrency",
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": "bucket CORS rules",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket lifecycle rules",
  "aws:s3/bucketObjectv2:BucketObjectv2": "object",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "public access block of a bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "bucket encryption",
  "aws:sfn/alias:Alias": "state machine alias",
  "docker-build:index:Image": "container image",
};

/** `role`, `bucket policy`, `alarm`: the kind of a resource in plain words. */
export function nounOf(type: string): string {
  const last = type.split(":").at(-1) ?? type;
  return nouns[type] ?? last.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}

/** Properties with the name by which the AWS console lists a resource, the first that exists. */
const nameProperties = ["name", "bucket", "dashboardName", "repository", "key", "topic"];

/**
 * The name under which the resource is found in the cloud, else its name in the program, for parts of an API that have
 * ids only.
 */
export function nameOf({ urn, type, before: { outputs, inputs, id } }: Reading): string {
  const logical = urn.split("::").at(-1) ?? urn;
  if (type === "aws:sfn/alias:Alias") return `${machineName(id)}:${outputs["name"]}`;
  if (type.startsWith("aws:apigateway/") && !("name" in outputs)) return logical;
  const found = nameProperties.map((key) => outputs[key] ?? inputs[key]).find((each) => typeof each === "string");
  return found === undefined ? logical : String(found);
}

function machineName(aliasArn: string): string {
  return aliasArn.split(":").at(-2) ?? aliasArn;
}
