import { liveAlias } from "../contract/functions.ts";
import { prefixes } from "../contract/workflow.ts";

/**
 * Every IAM document of the stack, as pure functions of ARNs. A statement names its actions and resources exactly;
 * the only `*` are those of `unavoidableWildcards`.
 */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** Actions without resource-level permissions in IAM (Service Authorization Reference), each with its purpose. */
export const unavoidableWildcards: readonly { readonly action: string; readonly reason: string }[] = [
  ...["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"].map(
    (action) => ({ action, reason: "Step Functions sets up the delivery of its execution logs" }),
  ),
  ...[
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
  ].map((action) => ({ action, reason: "Step Functions checks and permits that delivery" })),
  ...["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => ({ action, reason: "traces have no ARN" })),
  ...["xray:GetSamplingRules", "xray:GetSamplingTargets"].map((action) => ({
    action,
    reason: "sampling is account-wide",
  })),
];

export function document(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

function allow(sid: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}

/** Trust policy: the service may assume the role, but only on behalf of this account. */
export function trust(service: string, accountId: string): PolicyDocument {
  return document({
    Sid: "AssumeByService",
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["sts:AssumeRole"],
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });
}

export const writeLogs = (logGroupArn: string): Statement =>
  allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${logGroupArn}:*`]);

export const writeTraces = (): Statement =>
  allow("WriteTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]);

export const sampleTraces = (): Statement =>
  allow("SampleTraces", ["xray:GetSamplingRules", "xray:GetSamplingTargets"], ["*"]);

export const deliverExecutionLogs = (): Statement =>
  allow(
    "DeliverExecutionLogs",
    unavoidableWildcards.map(({ action }) => action).filter((action) => action.startsWith("logs:")),
    ["*"],
  );

/**
 * `sid` names the function, so that a denial shows which grant is missing. The grant covers every version of the function,
 * because running executions of an older release keep calling the versions in their definition while `up` publishes
 * newer ones.
 */
export const invokeFunction = (sid: string, functionArn: string): Statement =>
  allow(`Invoke${sid}`, ["lambda:InvokeFunction"], [`${functionArn}:*`]);

/** The permissions of `api` on the bucket: to write large requests, to read results, and to sign upload forms. */
export function apiBucketStatements(bucketArn: string): readonly Statement[] {
  return [
    allow("PutRequests", ["s3:PutObject"], [`${bucketArn}/${prefixes.requests}*`]),
    allow("GetResults", ["s3:GetObject"], [`${bucketArn}/${prefixes.results}*`]),
    {
      ...allow("TellMissingResults", ["s3:ListBucket"], [bucketArn]),
      Condition: { StringLike: { "s3:prefix": [`${prefixes.results}*`] } },
    },
    allow("PutUploads", ["s3:PutObject"], [`${bucketArn}/${prefixes.uploads}*`]),
  ];
}

/**
 * Step Functions checks a start through an alias against the machine's own ARN; this condition narrows it to the alias.
 * The key is a list (Service Authorization Reference), which a plain StringEquals never matches.
 */
const throughLiveAlias = { Condition: { "ForAnyValue:StringEquals": { "states:StateMachineQualifier": liveAlias } } };

/**
 * The permissions of `api` on the state machines: to start executions, only through the alias, to stop those of the main
 * machine and follow their progress, to read the definition of an execution for its release id, and to have executions
 * started later, by a machine without an alias.
 */
export function apiWorkflowStatements(machines: {
  readonly main: string;
  readonly delayedStart: string;
  readonly classifyNow: string;
  readonly examples: readonly string[];
}): readonly Statement[] {
  const standard = [machines.main, ...machines.examples];
  const held = executionsOf(machines.delayedStart);
  return [
    { ...allow("StartExecutions", ["states:StartExecution"], standard), ...throughLiveAlias },
    { ...allow("StartSyncExecutions", ["states:StartSyncExecution"], [machines.classifyNow]), ...throughLiveAlias },
    allow(
      "DescribeExecutions",
      ["states:DescribeExecution", "states:DescribeStateMachineForExecution"],
      standard.map(executionsOf),
    ),
    allow("FollowExecutions", ["states:GetExecutionHistory"], [executionsOf(machines.main)]),
    allow("FollowMapRuns", ["states:DescribeMapRun"], [mapRunsOf(machines.main)]),
    allow("StopExecutions", ["states:StopExecution"], [executionsOf(machines.main), held]),
    allow("StartLater", ["states:StartExecution"], [machines.delayedStart]),
    allow("DescribeHeldExecutions", ["states:DescribeExecution"], [held]),
  ];
}

/** The permission of the workflow that starts executions of the main one later: only through the alias. */
export const startDelayed = (stateMachineArn: string): Statement => ({
  ...allow("StartLive", ["states:StartExecution"], [stateMachineArn]),
  ...throughLiveAlias,
});

/** All executions of a Standard state machine. */
export const executionsOf = (stateMachineArn: string): string =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:*`;

/** All Map Runs of a Standard state machine: `mapRun:<machine>/<label>:<id>`. */
const mapRunsOf = (stateMachineArn: string): string => `${stateMachineArn.replace(":stateMachine:", ":mapRun:")}/*`;

/** A retry reads the results of the earlier execution. Without ListBucket expired ones would be "access denied". */
const readEarlierResults = (bucketArn: string): readonly Statement[] => [
  allow("GetEarlierResults", ["s3:GetObject"], [`${bucketArn}/${prefixes.results}*`]),
  {
    ...allow("TellMissingEarlierResults", ["s3:ListBucket"], [bucketArn]),
    Condition: { StringLike: { "s3:prefix": [`${prefixes.results}*`] } },
  },
];

/** Permissions to read and list the buckets of the setting `imageBuckets`. The names are those of the statements. */
function readingOthers(get: string, list: string, bucketArns: readonly string[]): readonly Statement[] {
  if (bucketArns.length === 0) return [];
  const objects = bucketArns.map((arn) => `${arn}/*`);
  return [allow(get, ["s3:GetObject"], objects), allow(list, ["s3:ListBucket"], bucketArns)];
}

/**
 * The permissions of `map`: to read large requests and the results that a retry completes, to write plans, and to read
 * what a request may name: manifests, and listings of prefixes. `uploads/` is never listed, because it contains the images
 * of every user.
 */
export function mapBucketStatements(bucketArn: string, imageBucketArns: readonly string[]): readonly Statement[] {
  return [
    allow("GetRequests", ["s3:GetObject"], [`${bucketArn}/${prefixes.requests}*`]),
    ...readEarlierResults(bucketArn),
    allow("PutPlans", ["s3:PutObject"], [`${bucketArn}/${prefixes.plans}*`]),
    allow("AbortPlans", ["s3:AbortMultipartUpload"], [`${bucketArn}/${prefixes.plans}*`]),
    allow("FindUnfinishedPlans", ["s3:ListBucketMultipartUploads"], [bucketArn]),
    allow(
      "GetManifests",
      ["s3:GetObject"],
      [prefixes.uploads, prefixes.samples].map((prefix) => `${bucketArn}/${prefix}*`),
    ),
    {
      ...allow("ListSamples", ["s3:ListBucket"], [bucketArn]),
      Condition: { StringLike: { "s3:prefix": [`${prefixes.samples}*`] } },
    },
    ...readingOthers("GetManifestsOfOthers", "ListImagesOfOthers", imageBucketArns),
  ];
}

/** The permission of `notify` to record webhooks that were not delivered. */
export const notifyBucketStatements = (bucketArn: string): readonly Statement[] => [
  allow("PutNotifications", ["s3:PutObject"], [`${bucketArn}/${prefixes.notifications}*`]),
];

/** The permission of `notify` to read the input of an execution that is too large for an event. */
export const readExecutions = (stateMachineArns: readonly string[]): Statement =>
  allow("ReadExecutions", ["states:DescribeExecution"], stateMachineArns.map(executionsOf));

/** The permission of the rule's role. */
export const startNotifications = (stateMachineArn: string): Statement =>
  allow("StartNotifications", ["states:StartExecution"], [stateMachineArn]);

/** Without ListBucket a Map Run whose retention is over would be "access denied", not "not found". */
export const reduceBucketStatements = (bucketArn: string): readonly Statement[] => [
  allow("PutResults", ["s3:PutObject", "s3:AbortMultipartUpload"], [`${bucketArn}/${prefixes.results}*`]),
  allow("FindUnfinishedResults", ["s3:ListBucketMultipartUploads"], [bucketArn]),
  ...readEarlierResults(bucketArn),
  allow("GetMapRuns", ["s3:GetObject"], [`${bucketArn}/${prefixes.mapRuns}*`]),
  {
    ...allow("TellMissingMapRuns", ["s3:ListBucket"], [bucketArn]),
    Condition: { StringLike: { "s3:prefix": [`${prefixes.mapRuns}*`] } },
  },
];

/** The permissions of a Distributed Map's ItemReader and ResultWriter on the bucket, for the role of their machine. */
export const mapRunBucketStatements = (bucketArn: string): readonly Statement[] => [
  allow("ReadPlans", ["s3:GetObject"], [`${bucketArn}/${prefixes.plans}*`]),
  allow(
    "WriteMapRuns",
    ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
    [`${bucketArn}/${prefixes.mapRuns}*`],
  ),
];

/** The permissions of a machine with Distributed Maps on itself: child executions are executions of the same machine. */
export const mapRunStatements = (stateMachineArn: string, labels: readonly string[]): readonly Statement[] => [
  allow("StartChildren", ["states:StartExecution"], [stateMachineArn]),
  allow("ControlChildren", ["states:DescribeExecution", "states:StopExecution"], [executionsOf(stateMachineArn)]),
  allow(
    "RedriveChildren",
    ["states:RedriveExecution"],
    labels.map((label) => `${executionsOf(stateMachineArn).slice(0, -2)}/${label}:*`),
  ),
];

/**
 * The model's files, of every version that is kept: a sandbox of an older release that starts now fetches the model of its
 * own release.
 */
export const readModels = (bucketArn: string): Statement =>
  allow("GetModels", ["s3:GetObject"], [`${bucketArn}/${prefixes.models}*`]);

/**
 * Images of the own bucket and of those configured. Without ListBucket a missing object is "access denied", not "not
 * found".
 */
export function classifyBucketStatements(bucketArn: string, imageBucketArns: readonly string[]): readonly Statement[] {
  const own = [prefixes.uploads, prefixes.samples];
  return [
    allow(
      "GetImages",
      ["s3:GetObject"],
      own.map((prefix) => `${bucketArn}/${prefix}*`),
    ),
    {
      ...allow("TellMissingImages", ["s3:ListBucket"], [bucketArn]),
      Condition: { StringLike: { "s3:prefix": own.map((prefix) => `${prefix}*`) } },
    },
    ...readingOthers("GetImagesOfOthers", "TellMissingImagesOfOthers", imageBucketArns),
  ];
}

/** Resource policy of the bucket: only TLS connections. */
export const requireTls = (bucketArn: string): PolicyDocument =>
  document({
    Sid: "RequireTls",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });

/**
 * Resource policy of the repository: Lambda pulls for functions of this account and region. The condition is the one that
 * Lambda's guide to container images gives; a wildcard covers functions that do not exist yet.
 */
export const pullByLambda = (functionArns: string): PolicyDocument =>
  document({
    Sid: "PullByLambda",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Condition: { StringLike: { "aws:sourceArn": functionArns } },
  });

/** Resource policy of the alarm topic: CloudWatch alarms of this account publish. */
export const publishByAlarms = (topicArn: string, accountId: string): PolicyDocument =>
  document({
    Sid: "PublishByAlarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: ["sns:Publish"],
    Resource: [topicArn],
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });
