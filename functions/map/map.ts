import { apiLimits, inlineStateBytes } from "../../contract/limits.ts";
import { ClassifyRequest } from "../../contract/request.ts";
import { type Item, MapInput, type Plan, prefixes, WorkflowInput } from "../../contract/workflow.ts";
import { itemsOf } from "../shared/items.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { InvalidInput, parseEvent } from "../shared/parse.ts";
import { jsonBytes, storedResultBytes, worstCaseDocumentBytes, worstCaseResultBytes } from "../shared/state-size.ts";
import { planLarge } from "./large-plan.ts";
import { type PlanLimits, type PlanRequest, plan } from "./plan.ts";

export interface MapLimits extends PlanLimits {
  /** Maximum size of the results in the state, in bytes. */
  readonly inlineBytes: number;
  /** How many batches of a Distributed Map run at once. */
  readonly distributedConcurrency: number;
  /** Maximum number of images in one request. */
  readonly maxImages: number;
  /** Temporary storage in MB in which the results are sorted. */
  readonly storageMb: number;
}

export interface MapServices {
  readonly objects: Pick<JsonObjects, "read" | "write">;
  /** The stack's bucket: requests are read only from there, and plans are written there. */
  readonly bucket: string;
  readonly limits: MapLimits;
}

/** More images than one execution accepts. A Catch can match the error by its name. */
export class TooManyImages extends Error {
  override readonly name = "TooManyImages";
  constructor(why: string) {
    super(`${why}: start several executions.`);
  }
}

/**
 * Reads the request from the event or the bucket, and plans it: in the state if its results fit there, otherwise in the
 * bucket.
 * @throws InvalidInput, ObjectNotFound, TooManyImages: not retried, because the same input would fail again.
 */
export async function mapImages(event: unknown, services: MapServices): Promise<Plan> {
  const { executionId, input, deadline } = parseEvent("map", MapInput, event);
  const { images, topK, maxImages } = await requestOf(parseEvent("map", WorkflowInput, input), services);
  const items = itemsOf(images);
  refuseMore(images.length, services.limits.maxImages, 'setting "maxImages"');
  if (maxImages !== undefined) refuseMore(images.length, maxImages, '"maxImages" of the request');
  // The API rejects such requests before it starts an execution; this is for executions that are started another way.
  const bytes = worstCaseDocumentBytes(items, topK);
  const most = storedResultBytes(services.limits.storageMb);
  if (bytes > most) {
    throw new TooManyImages(
      `The results of ${images.length} images may take ${bytes} bytes, but one execution sorts at most ${most} (setting "reduceStorage")`,
    );
  }
  const request = { executionId, total: images.length, items, topK, deadline };
  const inline = fitsState(items, topK, services.limits) ? plan(request, services.limits) : undefined;
  const result = inline && jsonBytes(inline) <= inlineStateBytes ? inline : await storePlan(request, services);
  log("INFO", "planned", { executionId, images: images.length, items: items.length, inline: result === inline });
  return result;
}

/**
 * A request that the synchronous API would accept is planned inline if it fits, because that workflow has no
 * Distributed Map.
 */
function fitsState(items: readonly Item[], topK: number, { inlineBytes }: MapLimits): boolean {
  const limit = items.length <= apiLimits.syncImages ? inlineStateBytes : inlineBytes;
  return worstCaseResultBytes(items, topK) <= limit;
}

async function storePlan(request: PlanRequest, { objects, bucket, limits }: MapServices): Promise<Plan> {
  const { batchSize, distributedConcurrency: concurrency } = limits;
  const large = planLarge(request, { batchSize, concurrency }, bucket);
  await objects.write(large.plan.plan, JSON.stringify(large.items));
  return large.plan;
}

function refuseMore(count: number, most: number, source: string): void {
  if (count <= most) return;
  throw new TooManyImages(`The request has ${count} images, but at most ${most} are allowed (${source})`);
}

/** The request: the input itself, or the object that it names. */
async function requestOf(input: WorkflowInput, { objects, bucket }: MapServices): Promise<ClassifyRequest> {
  if (!("request" in input)) return input;
  const { request } = input;
  if (request.bucket !== bucket || !request.key.startsWith(prefixes.requests)) {
    const message = `must name an object under "s3://${bucket}/${prefixes.requests}"`;
    throw new InvalidInput("map", [{ path: ["request"], message }]);
  }
  return parseEvent("map", ClassifyRequest, await objects.read(request));
}
