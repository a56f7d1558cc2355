import type { Graph } from "../../../packages/local-aws/src/graph.ts";
import { boundaryOf, type Call, repositoryOf } from "./calls.ts";
import { fillsOf } from "./policies.ts";

/**
 * Calls that no schema of a resource lists: those of Pulumi's own state, of the provider's implementation, and of the
 * commands that the workflows run.
 */
export function moreCalls(
  graph: Graph,
): Readonly<Record<"preview" | "read" | "write" | "release" | "live", readonly Call[]>> {
  const { region, accountId, stack } = graph;
  const call = (purpose: string, resource: string, actions: readonly string[], context: Call["context"] = {}) =>
    actions.map((action): Call => ({ purpose, action, resource, context, reads: false }));
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const bucketName = graph.buckets[0]?.name ?? "";
  const bucket = `arn:aws:s3:::${bucketName}`;
  const machine = graph.stateMachines[0]?.arn ?? "";
  const execution = `${machine.replace(":stateMachine:", ":execution:")}:1`;
  const lambda = graph.functions[0]?.arn ?? "";
  const role = graph.roles[0]?.arn ?? "";
  const repository = arn("ecr", `repository/${repositoryOf(graph)}`);
  const { STATE_BUCKET, KEY_ARN } = fillsOf(graph);
  const state = `arn:aws:s3:::${STATE_BUCKET}`;
  const pulumi = `${state}/.pulumi`;
  const own = `deep-learning-workflow/${stack}`;
  const objects = (purpose: string, paths: readonly string[], actions: readonly string[]) =>
    paths.flatMap((path) => call(purpose, `${pulumi}/${path}`, actions));
  const [states, histories] = [
    [`stacks/${own}.json`, `stacks/${own}.json.bak`],
    [`history/${own}/${stack}-1.history.json`],
  ];
  return {
    preview: [
      ...objects("read the state", ["meta.yaml", ...states, ...histories], ["s3:GetObject"]),
      ...call("list the states", state, ["s3:ListBucket"]),
      ...call("read the state's secrets", KEY_ARN, ["kms:Decrypt"]),
      ...call("log in to the registry", "*", ["ecr:GetAuthorizationToken"]),
      ...call("check a definition", "*", ["states:ValidateStateMachineDefinition"]),
      ...call("find the newest version", machine, ["states:ListStateMachineVersions"]),
    ],
    read: [
      ...call("read the bucket", bucket, [
        ...["s3:GetAccelerateConfiguration", "s3:GetReplicationConfiguration", "s3:GetBucketRequestPayment"],
        ...["s3:GetBucketLogging", "s3:GetBucketVersioning", "s3:GetBucketTagging", "s3:ListBucket"],
      ]),
      ...call("read an object", `${bucket}/samples/labrador.jpg`, [
        ...["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectAttributes"],
      ]),
      ...call("read a model", `${bucket}/models/1/model.json`, ["s3:GetObject"]),
      ...call("read a function", lambda, [
        ...["lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:GetFunctionCodeSigningConfig"],
        ...["lambda:GetFunctionConcurrency", "lambda:GetPolicy", "lambda:ListTags", "lambda:ListVersionsByFunction"],
      ]),
      ...call("read a role", role, ["iam:ListInstanceProfilesForRole"]),
      ...call("read a machine", machine, ["states:ListStateMachineAliases", "states:ListTagsForResource"]),
      ...call("read the images", repository, [
        ...["ecr:DescribeImages", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
      ]),
      ...call("read the account", "*", ["lambda:GetAccountSettings"]),
    ],
    write: [
      ...objects(
        "write the state",
        [...states, ...histories, `backups/${own}/1.json`],
        ["s3:PutObject", "s3:DeleteObject"],
      ),
      ...objects(
        "lock the state",
        [`locks/organization/${own}/1.json`],
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      ),
      ...call("set up the state's secrets", KEY_ARN, ["kms:Encrypt"]),
      ...call("empty the bucket", bucket, ["s3:ListBucketVersions"]),
      ...call("empty the bucket", `${bucket}/results/1.json`, ["s3:DeleteObject", "s3:DeleteObjectVersion"]),
      ...call("publish a release", machine, ["states:PublishStateMachineVersion"]),
      ...call("delete a machine's versions", `${machine}:1`, ["states:DeleteStateMachineVersion"]),
      ...call("deliver the log of a machine", "*", [
        ...["logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries"],
      ]),
      ...call("publish a function", lambda, ["lambda:PublishVersion"]),
      ...call("push an image", repository, [
        ...["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"],
      ]),
      ...call("delete the images", repository, ["ecr:BatchDeleteImage"]),
      ...call("limit a role", role, ["iam:PutRolePermissionsBoundary"], {
        "iam:PermissionsBoundary": boundaryOf(graph),
      }),
      ...call(
        "make the first API of an account",
        `arn:aws:iam::${accountId}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
        ["iam:CreateServiceLinkedRole"],
        { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" },
      ),
    ],
    release: [
      ...call("classify the golden picture", machine, ["states:StartExecution", "states:StartSyncExecution"]),
      ...call("count executions", machine, ["states:ListExecutions"]),
      ...call("read an execution", execution, ["states:DescribeExecution"]),
      ...call("upload the golden picture", `${bucket}/uploads/golden.jpg`, ["s3:PutObject"]),
      ...call("read results", `${bucket}/results/1.json`, ["s3:GetObject"]),
      ...call("find the releases", machine, ["states:DescribeStateMachine", "states:ListStateMachineVersions"]),
      ...call("move traffic", `${machine}:live`, [
        "states:DescribeStateMachineAlias",
        "states:UpdateStateMachineAlias",
      ]),
      ...call("delete a release", `${machine}:1`, ["states:DeleteStateMachineVersion"]),
      ...call("read alarms", "*", ["cloudwatch:DescribeAlarms"]),
      ...call("move warm sandboxes, delete versions", lambda, [
        ...["lambda:ListProvisionedConcurrencyConfigs", "lambda:ListVersionsByFunction", "lambda:ListAliases"],
        "lambda:DeleteFunction",
      ]),
      ...call("move warm sandboxes", `${lambda}:1`, [
        ...["lambda:PutProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"],
      ]),
    ],
    live: [
      ...call("stop an execution and run it to its end", execution, [
        "states:StopExecution",
        "states:RedriveExecution",
      ]),
      ...call("find the Map Run", execution, ["states:ListMapRuns"]),
      ...call("count what the Map Run did", `${machine.replace(":stateMachine:", ":mapRun:")}/batches:1`, [
        "states:DescribeMapRun",
      ]),
      ...call("read cold starts", graph.logGroups[0]?.arn ?? "", ["logs:FilterLogEvents"]),
      ...call("list what is left", "*", ["tag:GetResources", "iam:ListRoles", "cloudwatch:ListDashboards"]),
    ],
  };
}
