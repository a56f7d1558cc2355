import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type ExecutionStatus, IdempotencyKey } from "../../contract/http.ts";
import { inlineStateBytes } from "../../contract/limits.ts";
import { ClassifyRequest, imageSource } from "../../contract/request.ts";
import { prefixes, type WorkflowInput } from "../../contract/workflow.ts";
import { type BucketRules, refusalOf } from "../shared/bucket-rules.ts";
import { itemsOf, normalise } from "../shared/items.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { jsonBytes, storedResultBytes, worstCaseDocumentBytes } from "../shared/state-size.ts";
import { ApiFailure } from "./api-failure.ts";
import { check } from "./body.ts";
import { withFewFaults } from "./few-faults.ts";
import type { Machines } from "./held.ts";
import { type DelayBounds, delayedUntil } from "./not-before.ts";
import { heldStatus, statusOf } from "./view.ts";
import type { Execution } from "./workflows.ts";

export interface ClassificationServices extends Machines, RequestBounds {
  readonly objects: Pick<JsonObjects, "write">;
}

interface RequestBounds extends DelayBounds {
  /** Maximum number of images in one request. */
  readonly maxImages: number;
  /** Temporary storage in MB in which the results are sorted. */
  readonly storageMb: number;
}

/** Reads the body of `POST /classify`. @throws ApiFailure "InvalidRequest", "BucketNotAllowed" */
export function readRequest(body: unknown, buckets: BucketRules): ClassifyRequest {
  const expected =
    'a list of images, {"images": […], "topK": …}, {"images": "s3://bucket/prefix/"} or {"manifest": "s3://bucket/key"}';
  const request = check(ClassifyRequest, withFewFaults(body), expected);
  const refusal = refusalOf(imageSource(request), buckets);
  if (refusal !== undefined) {
    const path = "manifest" in request ? "manifest" : "images";
    throw new ApiFailure("BucketNotAllowed", refusal, { details: [{ path, message: "is not allowed" }] });
  }
  if ("manifest" in request || typeof request.images === "string") return request;
  return { ...request, images: request.images.map(normalise) };
}

/** The value of the header `Idempotency-Key`. @throws ApiFailure */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || IdempotencyKey.safeParse(header).success) return header;
  throw new ApiFailure(
    "InvalidRequest",
    "The Idempotency-Key must be 1 to 80 letters, digits, hyphens or underscores.",
  );
}

/** An execution that was started now or before. */
interface Started {
  readonly executionId: string;
  readonly status: ExecutionStatus;
}

/**
 * Starts an execution, now or in the workflow that starts it later, or returns the one that the same key and request
 * already started.
 * @throws ApiFailure "InvalidRequest", "TooManyImages", "IdempotencyConflict", "ServiceUnavailable"
 */
export async function start(
  request: ClassifyRequest,
  key: string | undefined,
  services: ClassificationServices,
): Promise<Started> {
  refuseTooMany(request, services);
  const delayed = delayedUntil(request, services) !== undefined;
  const targetArn = delayed ? services.delayedStartArn : services.machineArn;
  return startOnce(await inputOf(request, services), key, targetArn, services);
}

/**
 * Starts an execution of the main workflow or of the one that starts it later. Its key must be free in both.
 * @throws ApiFailure "IdempotencyConflict", "ServiceUnavailable"
 */
export async function startOnce(
  input: WorkflowInput,
  key: string | undefined,
  targetArn: string,
  { workflows, machineArn, delayedStartArn }: Machines,
): Promise<Started> {
  const delayed = targetArn === delayedStartArn;
  const executionId = key ?? randomUUID();
  const asked = { executionId, input };
  if (key !== undefined) {
    const elsewhere = await workflows.describe(delayed ? machineArn : delayedStartArn, key);
    const known = elsewhere && sameRequest(asked, elsewhere);
    // A held execution that has succeeded has started the execution itself.
    if (known && (delayed || known.status !== "SUCCEEDED")) {
      return { executionId, status: delayed ? statusOf(known) : heldStatus(known) };
    }
  }
  if ((await workflows.start(targetArn, executionId, JSON.stringify(input))) === "started") {
    return { executionId, status: delayed ? "SCHEDULED" : "RUNNING" };
  }
  const known = await workflows.describe(targetArn, executionId);
  if (!known) {
    const message = `The execution of the Idempotency-Key "${executionId}" is not visible yet: try again.`;
    throw new ApiFailure("ServiceUnavailable", message, { headers: { "retry-after": "1" } });
  }
  const status = delayed ? heldStatus : statusOf;
  return { executionId, status: status(sameRequest(asked, known)) };
}

/** The execution, if it was started by the same request. @throws ApiFailure "IdempotencyConflict" */
function sameRequest(
  { executionId, input }: { readonly executionId: string; readonly input: WorkflowInput },
  known: Execution,
): Execution {
  if (known.input !== undefined && isDeepStrictEqual(JSON.parse(known.input), input)) return known;
  const message = `The Idempotency-Key "${executionId}" belongs to another request: use a new key for a new request.`;
  throw new ApiFailure("IdempotencyConflict", message);
}

/** @throws ApiFailure "TooManyImages" for more images than are allowed by the setting or by the request itself. */
export function refuseMore(
  images: readonly string[],
  asked: number | undefined,
  setting = Number.POSITIVE_INFINITY,
): void {
  const most = Math.min(setting, asked ?? Number.POSITIVE_INFINITY);
  if (images.length <= most) return;
  const source = most === setting ? 'setting "maxImages"' : '"maxImages" of the request';
  const message = `The request has ${images.length} images, but at most ${most} are allowed (${source}): send several requests.`;
  throw new ApiFailure("TooManyImages", message);
}

/** Rejects, before it starts, an execution whose results would be too large. The images of a prefix or manifest are counted by `map`. */
function refuseTooMany(request: ClassifyRequest, { maxImages, storageMb }: RequestBounds): void {
  const source = imageSource(request);
  if (source.kind !== "list") return;
  const { images } = source;
  refuseMore(images, request.maxImages, maxImages);
  const most = storedResultBytes(storageMb);
  const bytes = worstCaseDocumentBytes(itemsOf(images), request.topK);
  if (bytes <= most) return;
  const fitting = Math.floor((images.length * most) / bytes);
  throw new ApiFailure(
    "TooManyImages",
    `The results of ${images.length} images may take ${bytes} bytes, but one execution sorts at most ${most} (setting "reduceStorage"): send about ${fitting} such images per request.`,
  );
}

/**
 * The execution's input: the request, or its location in the bucket. The object is named by content, so the same
 * request has the same input.
 */
async function inputOf(request: ClassifyRequest, { objects, bucket }: ClassificationServices): Promise<WorkflowInput> {
  if (jsonBytes(request) <= inlineStateBytes) return request;
  const text = JSON.stringify(request);
  const key = `${prefixes.requests}${createHash("sha256").update(text).digest("hex")}.json`;
  await objects.write({ bucket, key }, text);
  const { notify, notBefore } = request;
  return {
    request: { bucket, key },
    ...(notify !== undefined && { notify }),
    ...(notBefore !== undefined && { notBefore }),
  };
}
