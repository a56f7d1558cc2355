import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const read = <T extends z.ZodType>(file: string, schema: T): z.infer<T> =>
  schema.parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../data", file), "utf8")));

const CreateOnly = z.object({
  schemaDate: z.iso.date(),
  types: z.record(z.string(), z.object({ createOnly: z.array(z.string()), schema: z.string().optional() }).loose()),
});
const Defaults = z.object({ types: z.record(z.string(), z.record(z.string(), z.unknown())) });

const createOnly = read("create-only.json", CreateOnly);
const defaults = read("defaults.json", Defaults);

/** Date of the CloudFormation schemas from which `createOnlyOf` is generated. */
export const schemaDate = createOnly.schemaDate;

/** Properties whose change replaces a resource of this type; undefined if the type has no entry. */
export const createOnlyOf = (type: string): readonly string[] | undefined => createOnly.types[type]?.createOnly;

/** The inputs, with AWS's default for each input that the program does not set. */
export function withDefaults(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const filled = structuredClone(inputs) as Record<string, unknown>;
  for (const [dotted, value] of Object.entries(defaults.types[type] ?? {})) fill(filled, dotted.split("."), value);
  return filled;
}

function fill(object: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    object[first] ??= structuredClone(value);
    return;
  }
  object[first] ??= {};
  const inner = object[first];
  if (typeof inner === "object" && inner !== null) fill(inner as Record<string, unknown>, rest, value);
}

/** Types whose deletion loses data: those in this program, and others that a change might add. */
export const holdsData = (type: string): boolean =>
  [
    /^aws:s3\/bucket(V2)?:Bucket(V2)?$/,
    /^awsx?:ecr(\/repository)?:Repository$/,
    /^aws:cloudwatch\/logGroup:LogGroup$/,
    /^aws:(dynamodb|rds|docdb|neptune|redshift|elasticache|opensearch|efs|fsx|kinesis|sqs|kms|secretsmanager|backup|timestream)\//,
  ].some((pattern) => pattern.test(type));

/** Types whose deletion or replacement changes the API's address or its keys. */
export const isApiAddress = (type: string): boolean =>
  [
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/stage:Stage",
    "aws:apigateway/apiKey:ApiKey",
    "aws:apigateway/usagePlanKey:UsagePlanKey",
    "aws:apigatewayv2/api:Api",
    "aws:lambda/functionUrl:FunctionUrl",
  ].includes(type);

/** Types that define a route of the API or connect it to its function. */
export const isRoute = (type: string): boolean =>
  [
    "aws:apigateway/resource:Resource",
    "aws:apigateway/method:Method",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/methodResponse:MethodResponse",
    "aws:apigateway/integrationResponse:IntegrationResponse",
  ].includes(type);

/** Types whose deletion removes a protection. */
export const isProtection = (type: string): boolean =>
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  ].includes(type);

/** Policy types. Their effects are compared as access. */
export const isPolicy = (type: string): boolean =>
  [
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:lambda/permission:Permission",
  ].includes(type);
