import type { Shape } from "./shape.ts";

const anything: Shape = { kind: "anything" };
const flag: Shape = { kind: "flag" };
const text = (least?: number, most?: number): Shape => ({
  kind: "text",
  ...(least === undefined ? {} : { least }),
  ...(most === undefined ? {} : { most }),
});
const number = (least?: number, most?: number): Shape => ({
  kind: "number",
  ...(least === undefined ? {} : { least }),
  ...(most === undefined ? {} : { most }),
});
const list = (of: Shape): Shape => ({ kind: "list", of });
const map = (of: Shape): Shape => ({ kind: "map", of });
const object = (fields: Readonly<Record<string, Shape>>, ...required: string[]): Shape => ({
  kind: "object",
  fields,
  required,
});

const capacity = { ReadCapacityUnits: number(), WriteCapacityUnits: number(), CapacityUnits: number() };
const consumed = object({
  ...capacity,
  TableName: text(1, 1_024),
  Table: object(capacity),
  LocalSecondaryIndexes: map(object(capacity)),
  GlobalSecondaryIndexes: map(object(capacity)),
});
const attributes = map(anything);
const written = object({
  Attributes: attributes,
  ConsumedCapacity: consumed,
  ItemCollectionMetrics: object({ ItemCollectionKey: attributes, SizeEstimateRangeGB: list(number()) }),
});
const found = object({
  Items: list(attributes),
  Count: number(),
  ScannedCount: number(),
  LastEvaluatedKey: attributes,
  ConsumedCapacity: consumed,
});
const started = { ExecutionArn: text(1, 256), StartDate: text() };
const configuration = object({
  Architectures: list(text()),
  CodeSha256: text(),
  CodeSize: number(),
  Description: text(0, 256),
  Environment: object({ Variables: map(text()) }),
  EphemeralStorage: object({ Size: number(512, 10_240) }, "Size"),
  FunctionArn: text(0, 10_000),
  FunctionName: text(1, 170),
  Handler: text(0, 128),
  LastModified: text(),
  LastUpdateStatus: text(),
  Layers: list(object({ Arn: text(1, 140), CodeSize: number() })),
  MemorySize: number(128, 32_768),
  PackageType: text(),
  RevisionId: text(),
  Role: text(),
  Runtime: text(),
  State: text(),
  StateReason: text(),
  Timeout: number(1),
  TracingConfig: object({ Mode: text() }),
  Version: text(1, 1_024),
});

/**
 * The responses of the APIs whose mocked results are checked, by service and action as in a Resource. Source: the API
 * references of the services, read in November 2026.
 */
export const responses: Readonly<Record<string, Shape>> = {
  "events:putEvents": object({
    FailedEntryCount: number(),
    Entries: list(object({ EventId: text(), ErrorCode: text(), ErrorMessage: text() })),
  }),
  "states:startExecution": object(started, "ExecutionArn", "StartDate"),
  "sfn:startExecution": object(started, "ExecutionArn", "StartDate"),
  "sfn:startSyncExecution": object(
    {
      ...started,
      BillingDetails: object({ BilledDurationInMilliseconds: number(0), BilledMemoryUsedInMB: number(0) }),
      Cause: text(0, 32_768),
      Error: text(0, 256),
      Input: text(),
      Name: text(1, 80),
      Output: text(),
      StateMachineArn: text(1, 256),
      Status: text(),
      StopDate: text(),
    },
    "ExecutionArn",
    "StartDate",
    "StopDate",
    "Status",
  ),
  "lambda:invoke": object({
    ExecutedVersion: text(1, 1_024),
    FunctionError: text(),
    LogResult: text(),
    Payload: anything,
    StatusCode: number(),
  }),
  "lambda:getFunction": object({
    Code: object({ ImageUri: text(), Location: text(), RepositoryType: text(), ResolvedImageUri: text() }),
    Concurrency: object({ ReservedConcurrentExecutions: number(0) }),
    Configuration: configuration,
    Tags: map(text()),
  }),
  "dynamodb:putItem": written,
  "dynamodb:updateItem": written,
  "dynamodb:deleteItem": written,
  "dynamodb:getItem": object({ Item: attributes, ConsumedCapacity: consumed }),
  "dynamodb:query": found,
  "dynamodb:scan": found,
  "sqs:sendMessage": object({
    MD5OfMessageAttributes: text(),
    MD5OfMessageBody: text(),
    MD5OfMessageSystemAttributes: text(),
    MessageId: text(),
    SequenceNumber: text(),
  }),
  "sns:publish": object({ MessageId: text(), SequenceNumber: text() }),
  "s3:getObject": object({
    AcceptRanges: text(),
    Body: anything,
    BucketKeyEnabled: flag,
    CacheControl: text(),
    ContentDisposition: text(),
    ContentEncoding: text(),
    ContentLanguage: text(),
    ContentLength: number(),
    ContentRange: text(),
    ContentType: text(),
    DeleteMarker: flag,
    ETag: text(),
    Expiration: text(),
    LastModified: text(),
    Metadata: map(text()),
    MissingMeta: number(),
    PartsCount: number(),
    ReplicationStatus: text(),
    ServerSideEncryption: text(),
    StorageClass: text(),
    TagCount: number(),
    VersionId: text(),
  }),
  "s3:putObject": object({
    BucketKeyEnabled: flag,
    ETag: text(),
    Expiration: text(),
    ServerSideEncryption: text(),
    Size: number(),
    VersionId: text(),
  }),
  "s3:listBuckets": object({
    Buckets: list(object({ BucketRegion: text(), CreationDate: text(), Name: text() })),
    ContinuationToken: text(),
    Owner: object({ DisplayName: text(), ID: text() }),
    Prefix: text(),
  }),
  "kms:encrypt": object({
    CiphertextBlob: text(1, 6_144),
    EncryptionAlgorithm: text(),
    KeyId: text(1, 2_048),
  }),
  "kms:decrypt": object({
    CiphertextForRecipient: text(1, 6_144),
    EncryptionAlgorithm: text(),
    KeyId: text(1, 2_048),
    Plaintext: text(1, 4_096),
  }),
  "secretsmanager:getSecretValue": object({
    ARN: text(20, 2_048),
    CreatedDate: text(),
    Name: text(1, 256),
    SecretBinary: text(1, 65_536),
    SecretString: text(1, 65_536),
    VersionId: text(32, 64),
    VersionStages: list(text(1, 256)),
  }),
};
