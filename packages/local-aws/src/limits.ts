/**
 * AWS quotas that this package enforces. Source: the Service Quotas pages of the named service, read in November 2026.
 */
export const kib = 1024;
export const mib = 1024 * kib;

/** AWS Lambda. The names include the unit: bytes or seconds. */
export const lambdaLimits = { syncPayloadBytes: 6 * mib, initSeconds: 10 } as const;

/** AWS Step Functions. */
export const statesLimits = {
  /** Input or output of a state, a task or an execution, as UTF-8 JSON. */
  payloadBytes: 256 * kib,
  historyEvents: 25_000,
  definitionBytes: 1 * mib,
  /** Concurrent iterations of an inline Map. */
  inlineMapConcurrency: 40,
  /** Concurrent child executions of one Distributed Map. */
  distributedMapConcurrency: 10_000,
  expressSeconds: 300,
  /** Name of an execution: 1 to 80 characters. */
  executionNameLength: 80,
  redriveDays: 14,
} as const;

/** Amazon API Gateway, REST APIs. */
export const apiGatewayLimits = { payloadBytes: 10 * mib } as const;
