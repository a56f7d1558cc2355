import * as z from "zod";
import type { FunctionName } from "./functions.ts";
import { exampleNames } from "./http.ts";
import { apiLimits } from "./limits.ts";
import { WebhookSecret } from "./webhook.ts";

/**
 * The environment variables of each function. The program sets exactly these; the function parses them once when it starts.
 * Lambda environment variables are strings, so lists and maps are JSON.
 */
const whole = z.coerce.number().int();
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** The model as objects in the bucket: files under `prefix`, each verified by size and hash. */
export const BucketModel = z.object({
  source: z.literal("bucket"),
  prefix: z.string().regex(/^models\/[^/]+\/$/),
  files: z.record(
    z.string(),
    z.object({ bytes: z.number().int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type BucketModel = z.infer<typeof BucketModel>;

/** Where `classify` finds its model: beside the handler in its image, or in the bucket. Configuration `modelSource`. */
export const ModelOrigin = z.discriminatedUnion("source", [z.object({ source: z.literal("image") }), BucketModel]);
export type ModelOrigin = z.infer<typeof ModelOrigin>;

/**
 * Options of Node for functions that read and write streams of any size. V8 would let its young generation grow to three
 * times 16 MB, and free the buffers of a stream only when that is full.
 */
export const streamingNodeOptions = "--max-semi-space-size=4";

export const functionEnvironments = {
  api: z.object({
    BUCKET_NAME: z.string().min(1),
    STATE_MACHINE_ARN: z.string().min(1),
    /** Of the workflow that holds executions until they may start. */
    DELAYED_START_STATE_MACHINE_ARN: z.string().min(1),
    CLASSIFY_NOW_STATE_MACHINE_ARN: z.string().min(1),
    /** JSON object: example name to state machine ARN; empty when examples are not deployed. */
    EXAMPLE_STATE_MACHINE_ARNS: json(z.partialRecord(z.enum(exampleNames), z.string().min(1))),
    /** JSON list of additional buckets that prefixes and manifests may name. */
    IMAGE_BUCKETS: json(z.array(z.string().min(1))).default([]),
    MAX_IMAGE_BYTES: whole.positive(),
    MAX_IMAGES: whole.positive().default(apiLimits.maxImages),
    /** Temporary storage of the function "reduce" in MB, where the results are sorted. Configuration `reduceStorage`. */
    REDUCE_STORAGE_MB: whole.positive().default(apiLimits.reduceStorageMb),
    /** Most seconds for which `GET /executions/{id}?wait=` waits. Configuration `maxWaitSeconds`. */
    MAX_WAIT_SECONDS: whole.nonnegative().default(apiLimits.waitSeconds),
    /** Days after which uploads and stored requests are deleted. Configuration `uploadRetentionDays`. */
    UPLOAD_RETENTION_DAYS: whole.positive(),
    /** The most seconds that an execution takes. Configuration `workflowTimeout`. */
    WORKFLOW_TIMEOUT_SECONDS: whole.positive(),
    /** JSON list of origins whose pages may call the API; `*` is any. Configuration `corsOrigins`. */
    CORS_ORIGINS: json(z.array(z.string().min(1))),
    /** JSON list of patterns of hosts that webhooks may call. Configuration `notifyHosts`. */
    NOTIFY_HOSTS: json(z.array(z.string().min(1))),
    /** How callers authenticate at the gateway, for the OpenAPI document. Configuration `authentication`. */
    AUTHENTICATION: z.enum(["apiKey", "iam", "none"]),
  }),
  map: z.object({
    BUCKET_NAME: z.string().min(1),
    /** Read by Node itself: `streamingNodeOptions`. */
    NODE_OPTIONS: z.string().optional(),
    /** JSON list of additional buckets that prefixes and manifests may name. */
    IMAGE_BUCKETS: json(z.array(z.string().min(1))).default([]),
    BATCH_SIZE: whole.positive(),
    INLINE_MAP_CONCURRENCY: whole.positive(),
    /** Maximum size of the results in the state; above it a Distributed Map takes over. Configuration `inlineLimit`. */
    INLINE_LIMIT_BYTES: whole.positive(),
    DISTRIBUTED_MAP_CONCURRENCY: whole.positive(),
    MAX_IMAGES: whole.positive().default(apiLimits.maxImages),
    /** Temporary storage of the function "reduce" in MB, where the results are sorted. Configuration `reduceStorage`. */
    REDUCE_STORAGE_MB: whole.positive().default(apiLimits.reduceStorageMb),
  }),
  classify: z.object({
    BUCKET_NAME: z.string().min(1),
    /**
     * JSON list of host patterns: `*` (any public host), `example.com`, `*.example.com`, `host:port` (reaches private
     * addresses too).
     */
    ALLOWED_IMAGE_HOSTS: json(z.array(z.string().min(1))),
    /** JSON list of additional buckets that `s3://` references may name. */
    IMAGE_BUCKETS: json(z.array(z.string().min(1))),
    MAX_IMAGE_BYTES: whole.positive(),
    MAX_IMAGE_PIXELS: whole.positive(),
    /** Maximum concurrent fetches from one host in one sandbox. Configuration `hostConnections`. */
    HOST_CONNECTIONS: whole.positive().default(apiLimits.hostConnections),
    /** Milliseconds for one image: connection, headers and body. */
    FETCH_TIMEOUT_MS: whole.positive(),
    /**
     * `auto`: native TensorFlow if it loads and passes its self-check, otherwise WebAssembly. The other values allow no
     * fallback. Configuration `inferenceEngine`.
     */
    INFERENCE_ENGINE: z.enum(["auto", "native", "webassembly"]),
    /**
     * `auto`: int8 if the processor computes it exactly, otherwise float32. The other values allow no fallback.
     * Configuration `inferencePrecision`.
     */
    INFERENCE_PRECISION: z.enum(["auto", "int8", "float32"]),
    MODEL: json(ModelOrigin),
  }),
  reduce: z.object({
    BUCKET_NAME: z.string().min(1),
    /** Read by Node itself: `streamingNodeOptions`. */
    NODE_OPTIONS: z.string().optional(),
    /** Maximum size of results that are one JSON list. Configuration `resultsListLimit`. */
    RESULTS_LIST_BYTES: whole.positive().default(apiLimits.resultsListBytes),
    /** Limits of an execution, for its headroom. Configuration `workflowTimeout`. */
    WORKFLOW_TIMEOUT_SECONDS: whole.positive(),
    INLINE_MAP_CONCURRENCY: whole.positive(),
    DISTRIBUTED_MAP_CONCURRENCY: whole.positive(),
  }),
  notify: z.object({
    BUCKET_NAME: z.string().min(1),
    /** The main workflow. */
    STATE_MACHINE_ARN: z.string().min(1),
    /** The API's address, for the status in a webhook. */
    API_URL: z.string().min(1),
    /** JSON list of patterns of hosts that webhooks may call. Configuration `notifyHosts`. */
    NOTIFY_HOSTS: json(z.array(z.string().min(1))),
    /** JSON list of the secrets that sign, the current one first. Configuration `webhookSecret`. */
    WEBHOOK_SECRETS: json(z.array(WebhookSecret)),
    /** Certificate authorities in PEM form besides the public ones; empty without any. Configuration `notifyAuthorities`. */
    NOTIFY_AUTHORITIES: z.string(),
  }),
  "example-message": z.object({}),
  "example-start": z.object({}),
  "example-branch": z.object({}),
  "example-merge": z.object({}),
} as const satisfies Readonly<Record<FunctionName, z.ZodObject>>;
export type FunctionEnvironment<Name extends keyof typeof functionEnvironments> = z.infer<
  (typeof functionEnvironments)[Name]
>;
