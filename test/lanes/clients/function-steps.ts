import type { Step } from "./step.ts";

const named = { FunctionName: "{function}" };
const configuration = {
  FunctionName: "text",
  FunctionArn: "text",
  Role: "text",
  CodeSize: "number",
  "CodeSha256?": "text",
  Timeout: "number",
  MemorySize: "number",
  LastModified: "date",
  Version: "text",
  PackageType: "text",
  ImageConfigResponse: { ImageConfig: { Command: ["text"] } },
  Environment: { Variables: "anything" },
  EphemeralStorage: { Size: "number" },
  TracingConfig: { Mode: "text" },
  "LoggingConfig?": { LogFormat: "text", LogGroup: "text" },
  Architectures: ["text"],
  State: "text",
  LastUpdateStatus: "text",
} as const;
const alias = { AliasArn: "text", Name: "text", FunctionVersion: "text" } as const;
const stream = {
  logStreamName: "text",
  arn: "text",
  creationTime: "date",
  firstEventTimestamp: "date",
  lastEventTimestamp: "date",
  lastIngestionTime: "date",
} as const;

/** The calls of Lambda, CloudWatch Logs and STS. */
export const functionSteps: readonly Step[] = [
  {
    service: "sts",
    operation: "GetCallerIdentity",
    parameters: {},
    gives: { UserId: "text", Account: "text", Arn: "text" },
  },
  {
    service: "sts",
    operation: "AssumeRole",
    parameters: { RoleArn: "{role}", RoleSessionName: "list" },
    fails: "InvalidAction",
  },
  { service: "lambda", operation: "ListFunctions", parameters: {}, gives: { Functions: [configuration] } },
  {
    service: "lambda",
    operation: "GetFunction",
    parameters: named,
    gives: {
      Configuration: configuration,
      Code: { RepositoryType: "text", ImageUri: "text", ResolvedImageUri: "text" },
      "Concurrency?": { ReservedConcurrentExecutions: "number" },
    },
  },
  { service: "lambda", operation: "GetFunctionConfiguration", parameters: named, gives: configuration },
  {
    service: "lambda",
    operation: "ListVersionsByFunction",
    parameters: named,
    gives: { Versions: [configuration] },
  },
  { service: "lambda", operation: "ListAliases", parameters: named, gives: { Aliases: [alias] } },
  {
    service: "lambda",
    operation: "Invoke",
    parameters: { ...named, Payload: '{"message":"from {me}"}', LogType: "Tail" },
    gives: { StatusCode: "number", ExecutedVersion: "text", LogResult: "text", Payload: "text" },
  },
  {
    service: "lambda",
    operation: "Invoke",
    parameters: { ...named, Payload: '{"message":""}' },
    gives: { StatusCode: "number", ExecutedVersion: "text", FunctionError: "text", Payload: "text" },
  },
  {
    service: "lambda",
    operation: "Invoke",
    parameters: { ...named, InvocationType: "DryRun" },
    gives: { StatusCode: "number", "Payload?": "text" },
  },
  {
    service: "lambda",
    operation: "GetFunction",
    parameters: { FunctionName: "absent" },
    fails: "ResourceNotFoundException",
  },
  { service: "lambda", operation: "DeleteFunction", parameters: named, fails: "UnknownOperationException" },
  {
    service: "logs",
    operation: "DescribeLogGroups",
    parameters: { logGroupNamePrefix: "{logGroup}" },
    gives: {
      logGroups: [
        {
          logGroupName: "text",
          creationTime: "date",
          retentionInDays: "number",
          metricFilterCount: "number",
          arn: "text",
          storedBytes: "number",
          "logGroupClass?": "text",
          "logGroupArn?": "text",
        },
      ],
    },
  },
  {
    service: "logs",
    operation: "DescribeLogStreams",
    parameters: { logGroupName: "{logGroup}", orderBy: "LastEventTime", descending: true },
    gives: { logStreams: [stream] },
    keep: { stream: "logStreams.0.logStreamName" },
  },
  {
    service: "logs",
    operation: "GetLogEvents",
    parameters: { logGroupName: "{logGroup}", logStreamName: "{stream}", startFromHead: true },
    gives: {
      events: [{ timestamp: "date", message: "text", ingestionTime: "date" }],
      nextForwardToken: "text",
      nextBackwardToken: "text",
    },
  },
  {
    service: "logs",
    operation: "FilterLogEvents",
    parameters: { logGroupName: "{logGroup}", filterPattern: "REPORT" },
    gives: {
      events: [{ logStreamName: "text", timestamp: "date", message: "text", ingestionTime: "date", eventId: "text" }],
      "searchedLogStreams?": ["anything"],
    },
  },
  {
    service: "logs",
    operation: "FilterLogEvents",
    parameters: { logGroupName: "absent" },
    fails: "ResourceNotFoundException",
  },
  {
    service: "logs",
    operation: "CreateLogGroup",
    parameters: { logGroupName: "new" },
    fails: "UnknownOperationException",
  },
];
