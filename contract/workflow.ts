import * as z from "zod";
import { imageErrorCodes, isTransient } from "./errors.ts";
import { ReleaseId } from "./release.ts";
import { ClassifyRequest, listedImages, NotBefore, TopK, WebhookUrl } from "./request.ts";

/** A label of the model with its probability, 0 to 1. */
export const Prediction = z.object({ label: z.string(), probability: z.number().min(0).max(1) });
export type Prediction = z.infer<typeof Prediction>;

const position = { index: z.number().int().nonnegative(), image: z.string() };

/** A classified image: its index in the request, its size in pixels (upright), its top k labels, best first. */
export const ImagePrediction = z.object({
  ...position,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  predictions: z.array(Prediction),
});

/** An image without a prediction, and the reason. */
export const ImageFailure = z.object({
  ...position,
  error: z.object({ code: z.enum(imageErrorCodes), message: z.string() }),
});

export const ImageResult = z.union([ImagePrediction, ImageFailure]);
export type ImagePrediction = z.infer<typeof ImagePrediction>;
export type ImageFailure = z.infer<typeof ImageFailure>;
export type ImageResult = z.infer<typeof ImageResult>;

/**
 * Whether a retry classifies the image again: its error may not occur again, and its reference is known. A batch that was
 * lost with its input leaves results without references.
 */
export const canBeRetried = (result: Pick<ImageResult, "image"> & Partial<Pick<ImageFailure, "error">>): boolean =>
  result.error !== undefined && result.image !== "" && isTransient(result.error.code);

/** An object in S3. */
export const S3Location = z.object({ bucket: z.string().min(1), key: z.string().min(1) });
export type S3Location = z.infer<typeof S3Location>;

/** Input of an execution that classifies again what failed for a transient reason in an earlier one. */
export const Retry = z.strictObject({
  /** The earlier execution. */
  retryOf: z.string().min(1),
  /** Its results. */
  results: S3Location,
  topK: TopK,
  /** Objects that it left out, because by their names they are no images. */
  skipped: z.number().int().nonnegative().optional(),
  notify: WebhookUrl.optional(),
});
export type Retry = z.infer<typeof Retry>;

/**
 * Input of an execution: the request as it is sent to `POST /classify`, the location of one that is too large for an
 * execution's input, or an execution to retry.
 */
export const WorkflowInput = z.union([
  ClassifyRequest,
  z.strictObject({ request: S3Location, notify: WebhookUrl.optional(), notBefore: NotBefore.optional() }),
  Retry,
]);
export type WorkflowInput = z.infer<typeof WorkflowInput>;

/** The images that an execution's input itself lists. */
export const imagesInInput = (input: WorkflowInput): readonly string[] =>
  "request" in input || "retryOf" in input ? [] : listedImages(input);

/**
 * The time by which an execution that a caller is waiting for must have classified its images, in seconds after its
 * start.
 */
export const Deadline = z.object({ startedAt: z.iso.datetime({ offset: true }), seconds: z.number().positive() });
export type Deadline = z.infer<typeof Deadline>;

/**
 * Input of the function `map` from the state `Map images`; only the synchronous workflow has a deadline. `input` is the
 * execution's, a `WorkflowInput`.
 */
export const MapInput = z.object({
  executionId: z.string().min(1),
  input: z.unknown(),
  deadline: Deadline.optional(),
});
export type MapInput = z.infer<typeof MapInput>;

/**
 * One image to classify. `duplicates` lists the other indexes of the same image in the request. `problem` is why a line of
 * a manifest names no image; `image` is then the beginning of that line.
 */
export const Item = z.object({
  ...position,
  duplicates: z.array(z.number().int().nonnegative()),
  problem: z.string().optional(),
});
export type Item = z.infer<typeof Item>;

/** Input of one call of `classify`, in the shape that the ItemBatcher of a Distributed Map produces. */
export const Batch = z.object({
  BatchInput: z.object({
    executionId: z.string(),
    topK: TopK,
    /** `total` counts the images of the whole request, which share the time: batches may have to wait for one another. */
    deadline: Deadline.extend({ total: z.number().int().positive() }).optional(),
  }),
  Items: z.array(Item).min(1),
});
export type Batch = z.infer<typeof Batch>;

/** Starts `classify` without work; a workflow sends this before it fans out. */
export const Wake = z.object({ wake: z.literal(true) });

const request = {
  executionId: z.string(),
  /** Number of images in the request, including duplicates. */
  total: z.number().int().positive(),
  /** Number of objects below the prefix of the request that are no images by name. */
  skipped: z.number().int().nonnegative().optional(),
  /** Labels per image; absent from plans of older releases. */
  topK: TopK.optional(),
  /** Results of the execution that this one retries, which are kept except those of the images in the plan. */
  earlier: S3Location.optional(),
  /** When the images were planned, for the headroom of the execution's time; absent while a caller waits. */
  plannedAt: z.iso.datetime().optional(),
};

/** A plan in the state. */
export const InlinePlan = z.object({ ...request, batches: z.array(Batch) });
export type InlinePlan = z.infer<typeof InlinePlan>;

/** A plan whose items are in the bucket as one JSON list of `Item`; a Distributed Map reads and batches them. */
export const LargePlan = z.object({
  ...request,
  plan: S3Location,
  /** Number of items in the plan; absent from plans of older releases. */
  items: z.number().int().positive().optional(),
  batchSize: z.number().int().positive(),
  topK: TopK,
});
export type LargePlan = z.infer<typeof LargePlan>;

/** Output of `map`; the state `Choose scale` distinguishes the two by `plan`. */
export const Plan = z.union([InlinePlan, LargePlan]);
export type Plan = z.infer<typeof Plan>;

const duplicates = { duplicates: z.array(z.number().int().nonnegative()).default([]) };
export const ItemResult = z.union([ImagePrediction.extend(duplicates), ImageFailure.extend(duplicates)]);
export type ItemResult = z.infer<typeof ItemResult>;

/** Output of `classify`: one result per item, in the batch's order, with the item's `duplicates`. */
export const BatchResult = z.object({ results: z.array(ItemResult) });
export type BatchResult = z.infer<typeof BatchResult>;

/** Output of a Distributed Map with a ResultWriter: the location of its manifest, with Step Functions' field names. */
export const MapRun = z.object({
  ResultWriterDetails: z.object({ Bucket: z.string().min(1), Key: z.string().min(1) }),
});
export type MapRun = z.infer<typeof MapRun>;

/**
 * Input of `reduce` from the state `Reduce results`: the release, and all results or where a Distributed Map wrote
 * them.
 */
export const ReduceInput = z.object({
  release: ReleaseId,
  classified: z.union([
    z.object({ ...request, batches: z.array(BatchResult) }),
    z.object({ ...request, mapRun: MapRun }),
  ]),
});
export type ReduceInput = z.infer<typeof ReduceInput>;

export const Counts = z.object({
  total: z.number().int().nonnegative(),
  succeeded: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  /** Objects below the prefix of the request that were left out, because by their names they are no images. */
  skipped: z.number().int().nonnegative().optional(),
});
export type Counts = z.infer<typeof Counts>;

/**
 * Output of `reduce` and of the execution. `counts` is of results, one per index; `classified` is of distinct images,
 * and absent from executions of older releases. `results` is omitted if it would not fit the state.
 */
export const Outcome = z.object({
  executionId: z.string(),
  release: ReleaseId,
  counts: Counts,
  classified: Counts.optional(),
  /** Indexes that a retry would classify again; absent from executions of older releases. */
  transient: z.number().int().nonnegative().optional(),
  /** Labels per image that were asked for; absent from executions of older releases. */
  topK: TopK.optional(),
  resultsLocation: S3Location,
  results: z.array(ImageResult).optional(),
});
export type Outcome = z.infer<typeof Outcome>;

/**
 * A result that another release may have written. It is passed on as it is, because an error code of a newer release is
 * unknown here.
 */
export const StoredResult = z.custom<ImageResult>(
  (value) => typeof value === "object" && value !== null,
  "is not a result",
);
export const StoredResults = z.array(StoredResult);

/** An outcome that another release may have written. */
export const StoredOutcome = Outcome.extend({ results: StoredResults.optional() });

/** Key prefixes of the workflow's objects in the bucket. */
export const prefixes = {
  uploads: "uploads/",
  samples: "samples/",
  models: "models/",
  requests: "requests/",
  plans: "plans/",
  mapRuns: "map-runs/",
  results: "results/",
  notifications: "notifications/",
} as const;
export const planKey = (executionId: string): string => `${prefixes.plans}${executionId}.json`;
export const notificationKey = (executionId: string): string => `${prefixes.notifications}${executionId}.json`;
export const sampleKey = `${prefixes.samples}labrador.jpg`;
