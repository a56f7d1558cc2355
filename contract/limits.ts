/**
 * Numbers that AWS or this API fixes. Code, documentation and tests read them here.
 * AWS numbers: Service Quotas pages of the named service, read in November 2026.
 */
export const kib = 1024;
export const mib = 1024 * kib;

/** AWS Lambda. Bytes, seconds, megabytes as the names say. */
export const lambdaLimits = {
  syncPayloadBytes: 6 * mib,
  maxTimeoutSeconds: 900,
  minMemoryMb: 128,
  maxMemoryMb: 10_240,
  /** The most memory that an account opened today may ask for, until its quota is raised. */
  newAccountMaxMemoryMb: 3_008,
  initSeconds: 10,
  minEphemeralMb: 512,
  maxEphemeralMb: 10_240,
} as const;

/** AWS Step Functions. */
export const statesLimits = {
  /** Input or output of a state, a task or an execution, as UTF-8 JSON. */
  payloadBytes: 256 * kib,
  historyEvents: 25_000,
  definitionBytes: 1 * mib,
  inlineMapConcurrency: 40,
  /** Child executions of one Distributed Map at once. */
  distributedMapConcurrency: 10_000,
  expressSeconds: 300,
  /** Name of an execution: 1 to 80 characters. */
  executionNameLength: 80,
  redriveDays: 14,
} as const;

/**
 * The most bytes of JSON that one state hands to the next in this product: what AWS allows less what surrounds
 * the results, such as the task's envelope with its metadata, counts and locations.
 */
export const inlineStateBytes = statesLimits.payloadBytes - 8 * kib;

/** Amazon API Gateway, REST APIs. */
export const apiGatewayLimits = { payloadBytes: 10 * mib, integrationSeconds: 29 } as const;

/** Limits of this API, chosen here. */
export const apiLimits = {
  syncImages: 16,
  defaultTopK: 5,
  maxTopK: 20,
  /**
   * Characters of one image reference: presigned URLs with a session token have 2,000 to 3,000. A longer one is refused in its
   * own result, which repeats this many.
   */
  imageReferenceLength: 8_192,
  /** Images of one request unless configured otherwise (setting "maxImages"). */
  maxImages: 100_000,
  /** Fetches of one host at once in one sandbox unless configured otherwise (setting "hostConnections"). */
  hostConnections: 4,
  /** Bytes of one uploaded or fetched image unless configured otherwise. */
  maxImageBytes: 25 * mib,
  /** Pixels of one decoded image (width times height) unless configured otherwise. */
  maxImagePixels: 100_000_000,
  /** Seconds that a presigned URL of this API is valid. */
  presignSeconds: 900,
  /** Seconds the synchronous workflow may take: below the gateway's 29, so that the answer is ours. */
  syncSeconds: 25,
  /**
   * The most bytes one image's result may take in the state: an index, the reference, twenty labels with
   * probabilities or an error sentence. The planner multiplies it to know whether results fit `statesLimits.payloadBytes`.
   */
  resultOverheadBytes: 256,
  /** Bytes of an error's sentence, as JSON. */
  errorSentenceBytes: 600,
  resultBytesPerPrediction: 72,
  /**
   * The most bytes that all results of one execution may come to. `reduce` holds them, and once more as the one object that
   * it writes: twice this and Node itself stay within the 512 MB that it has by default. 96 MiB are 150,000 images
   * with short URLs and five labels; a body of 6 MB names no more.
   */
  executionResultBytes: 96 * mib,
  /**
   * The most further places that one item of a large plan answers, so that a batch fits an execution's input: an image
   * that is named more often than this is classified once for so many of its places.
   */
  placesPerItem: 2_000,
} as const;
