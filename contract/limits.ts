/**
 * Limits of AWS and of this API, for code, documentation and tests.
 * AWS limits: Service Quotas page of the named service, read in November 2026.
 */
export const kib = 1024;
export const mib = 1024 * kib;
export const daySeconds = 86_400;

/** AWS Lambda. Units are in the names. */
export const lambdaLimits = {
  syncPayloadBytes: 6 * mib,
  maxTimeoutSeconds: 900,
  minMemoryMb: 128,
  maxMemoryMb: 10_240,
  /** Maximum memory in a new account, until its quota is raised. */
  newAccountMaxMemoryMb: 3_008,
  /** Concurrent calls of all functions together in a new account, until its quota is raised. */
  newAccountConcurrency: 10,
  initSeconds: 10,
  minEphemeralMb: 512,
  maxEphemeralMb: 10_240,
  /** All environment variables of a function together. */
  environmentBytes: 4 * kib,
} as const;

/** AWS IAM. */
export const iamLimits = {
  /** All inline policies of a role together, without white space. */
  inlinePolicyCharacters: 10_240,
} as const;

/** AWS Step Functions. */
export const statesLimits = {
  /** Input or output of a state, a task or an execution, as UTF-8 JSON. */
  payloadBytes: 256 * kib,
  /** Standard executions that an account starts per second, child executions included. */
  startsPerSecond: 100,
  /** The same for Express executions ("Quotas related to API action throttling", StartExecution). */
  expressStartsPerSecond: 6_000,
  historyEvents: 25_000,
  definitionBytes: 1 * mib,
  inlineMapConcurrency: 40,
  /** Concurrent child executions of one Distributed Map. */
  distributedMapConcurrency: 10_000,
  expressSeconds: 300,
  /** Name of an execution: 1 to 80 characters. */
  executionNameLength: 80,
  redriveDays: 14,
} as const;

/**
 * Maximum bytes of JSON that one state passes to the next in this product: AWS's limit minus what surrounds
 * the results, such as the task's envelope with its metadata, counts and locations.
 */
export const inlineStateBytes = statesLimits.payloadBytes - 8 * kib;

/** Amazon API Gateway, REST APIs. */
export const apiGatewayLimits = { payloadBytes: 10 * mib, integrationSeconds: 29 } as const;

/** Limits of a webhook. */
export const webhookLimits = {
  /** Seconds for one attempt: name, connection, request and response. */
  attemptSeconds: 10,
  /** Bytes that are read of a response, and of its head. */
  responseBytes: 64 * kib,
  /** Characters of an address. */
  urlLength: 2_048,
  /** Hours for which a webhook is tried again, on average. */
  retryHours: 24,
  /** Bytes of a secret (Standard Webhooks, "Signature scheme"). */
  minSecretBytes: 24,
  maxSecretBytes: 64,
} as const;

/** Limits of this API. */
export const apiLimits = {
  syncImages: 16,
  defaultTopK: 5,
  maxTopK: 20,
  /**
   * Characters of one image reference; presigned URLs with a session token have 2,000 to 3,000. The result of a longer
   * reference is an error that repeats this many characters.
   */
  imageReferenceLength: 8_192,
  /** Default of the setting "maxImages": images per request. */
  maxImages: 100_000,
  /** Default of the setting "maxWaitSeconds": a waiting request holds a sandbox, and a new account has ten. */
  waitSeconds: 5,
  /** Maximum of that setting: below the gateway's 29 seconds, with time for the calls of AWS after the wait. */
  mostWaitSeconds: 25,
  /** Most seconds that the header `retry-after` asks a client to wait before it polls again. */
  retryAfterSeconds: 10,
  /** Most seconds by which "notBefore" can delay a start. */
  delaySeconds: 7 * daySeconds,
  /** Most images of one request that the setting "maxImages" can allow. */
  mostImages: 1_000_000,
  /** Bytes of one line of a manifest, or of one element of its JSON list. */
  manifestLineBytes: 64 * kib,
  /** Bytes of a manifest, decompressed. */
  manifestBytes: 2_048 * mib,
  /** Default of the setting "hostConnections": concurrent fetches from one host in one sandbox. */
  hostConnections: 4,
  /** Default of the setting "maxImageBytes": bytes of one uploaded or fetched image. */
  maxImageBytes: 25 * mib,
  /** Bytes of one uploaded manifest. */
  uploadedManifestBytes: 64 * mib,
  /** Default of the setting "maxImagePixels": pixels (width times height) of one decoded image. */
  maxImagePixels: 100_000_000,
  /** Seconds for which a presigned URL of this API is valid. */
  presignSeconds: 900,
  /** Timeout of the synchronous workflow in seconds: below the gateway's 29, so that the API can still respond. */
  syncSeconds: 25,
  /** Seconds of these within which images are classified: the others are for merging the results, which may start a sandbox. */
  syncClassifySeconds: 22,
  /**
   * Bytes of one image's result in the state besides the reference and the predictions or error message. The planner
   * adds up such maximum sizes to decide whether results fit `statesLimits.payloadBytes`.
   */
  resultOverheadBytes: 256,
  /** Maximum bytes of an error message as JSON. */
  errorSentenceBytes: 600,
  resultBytesPerPrediction: 72,
  /**
   * Default of the setting "resultsListLimit" and its maximum: bytes of results that are written as one JSON list; larger ones are lines of JSON, because few programs can
   * parse a longer list at once. 96 MiB are about 200,000 images with short URLs and five labels.
   */
  resultsListBytes: 96 * mib,
  /** Default of the setting "reduceStorage" in MB, which fits the results of two million images with short URLs. */
  reduceStorageMb: 2_048,
  /**
   * Maximum number of additional indexes in one item of a large plan, so that a batch fits an execution's input. An image
   * that occurs more often is split into several items and classified once for each.
   */
  indexesPerItem: 2_000,
} as const;
