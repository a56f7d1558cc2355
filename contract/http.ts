import * as z from "zod";
import { ApiError } from "./errors.ts";
import { statesLimits } from "./limits.ts";
import { ReleaseId } from "./release.ts";
import { resultsFormats } from "./results.ts";
import { uploadNameLength } from "./upload-name.ts";
import { Counts, ImageResult } from "./workflow.ts";

/** Header `Idempotency-Key`; it becomes the execution's name. */
export const IdempotencyKey = z.string().regex(new RegExp(`^[A-Za-z0-9_-]{1,${statesLimits.executionNameLength}}$`));

/** The statuses of Step Functions, and `SCHEDULED`: the execution waits for the time in `notBefore`. */
export const executionStatuses = [
  "SCHEDULED",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "ABORTED",
  "PENDING_REDRIVE",
] as const;
export const ExecutionStatus = z.enum(executionStatuses);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

export const StartedExecution = z.object({
  executionId: z.string(),
  status: ExecutionStatus,
  statusUrl: z.url(),
  /** The execution that this one retries. */
  retryOf: z.string().optional(),
});
export type StartedExecution = z.infer<typeof StartedExecution>;

/** How far an execution is, in distinct images. `failed` is known once it has succeeded. */
export const Progress = z.object({
  total: z.number().int().nonnegative(),
  done: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative().optional(),
});
export type Progress = z.infer<typeof Progress>;

/** `GET /executions/{id}`; times are ISO 8601 in UTC. */
export const ExecutionView = z.object({
  executionId: z.string(),
  status: ExecutionStatus,
  /** Absent if the execution was started without a published version of the workflow. */
  release: ReleaseId.optional(),
  /** The execution that this one retries. */
  retryOf: z.string().optional(),
  /** Of an execution that has not begun: when it was accepted. */
  startedAt: z.string(),
  /** When the execution starts, or would have started. Absent once it has begun. */
  notBefore: z.string().optional(),
  finishedAt: z.string().optional(),
  /** Absent until the number of images is known. */
  progress: Progress.optional(),
  counts: Counts.optional(),
  results: z.array(ImageResult).optional(),
  resultsUrl: z.url().optional(),
  /** The form of what `GET /executions/{id}/results` leads to; known once the execution has succeeded. */
  resultsFormat: z.enum(resultsFormats).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type ExecutionView = z.infer<typeof ExecutionView>;

/** `POST /classify/sync` returns the finished execution. */
export const SyncResult = z.object({
  executionId: z.string(),
  release: ReleaseId,
  counts: Counts,
  results: z.array(ImageResult),
});
export type SyncResult = z.infer<typeof SyncResult>;

/** Content types of the images that `POST /uploads` accepts. */
export const uploadContentTypes = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/tiff",
  "image/bmp",
] as const;

/** Content types of manifests that `POST /uploads` accepts, with the extension of their keys. */
export const manifestContentTypes = { "application/x-ndjson": "jsonl", "text/csv": "csv" } as const;
export type ManifestContentType = keyof typeof manifestContentTypes;

/** Characters are code points, as in JSON Schema. */
const UploadName = z
  .string()
  .refine((name) => [...name].length <= uploadNameLength, `must have at most ${uploadNameLength} characters`)
  .meta({ maxLength: uploadNameLength });

export const UploadRequest = z.strictObject({
  contentType: z.enum([...uploadContentTypes, ...(Object.keys(manifestContentTypes) as ManifestContentType[])]),
  bytes: z.number().int().positive(),
  /** The name of the file, without its folders. Control characters are removed. */
  name: UploadName.optional(),
});
export type UploadRequest = z.infer<typeof UploadRequest>;

const form = { uploadUrl: z.url(), fields: z.record(z.string(), z.string()) };
const reference = z.string().startsWith("s3://");
/** The form for an image, and its reference. */
export const UploadTicket = z.object({ ...form, image: reference });
export type UploadTicket = z.infer<typeof UploadTicket>;
/** The form for a manifest, and its reference. */
export const ManifestTicket = z.object({ ...form, manifest: reference });
export type ManifestTicket = z.infer<typeof ManifestTicket>;

/** Names of the example workflows: the ASL files of `statemachine/examples/`. */
export const exampleNames = ["single-task", "branch-map-reduce", "three-images"] as const;
export type ExampleName = (typeof exampleNames)[number];
export const ExampleExecution = z.object({
  executionId: z.string(),
  status: ExecutionStatus,
  output: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export { ApiError };
