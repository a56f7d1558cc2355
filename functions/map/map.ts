import { apiLimits, inlineStateBytes } from "../../contract/limits.ts";
import { ClassifyRequest, type ImageSource, imageSource } from "../../contract/request.ts";
import { type Deadline, type Item, MapInput, type Plan, prefixes, WorkflowInput } from "../../contract/workflow.ts";
import { type BucketRules, refusalOf } from "../shared/bucket-rules.ts";
import { itemsOf } from "../shared/items.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { InvalidInput, parseEvent } from "../shared/parse.ts";
import { jsonBytes, storedResultBytes, worstCaseDocumentBytes, worstCaseResultBytes } from "../shared/state-size.ts";
import { BucketNotAllowed, TooManyImages } from "./errors.ts";
import { type PlanLimits, type PlanRequest, plan } from "./plan/inline.ts";
import { planLarge } from "./plan/large.ts";
import { planStreamed } from "./plan/streamed.ts";
import { Manifest } from "./source/manifest.ts";
import { Prefix } from "./source/prefix.ts";
import type { SourceObjects } from "./source/source-objects.ts";

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
  /** Requests are read from the stack's bucket only, and plans are written there. */
  readonly objects: Pick<JsonObjects, "read" | "write" | "upload">;
  /** Where prefixes and manifests are read. */
  readonly sources: SourceObjects;
  readonly buckets: BucketRules;
  readonly limits: MapLimits;
}

/**
 * Reads the request from the event or the bucket, and plans it: in the state if its results fit there, otherwise in the
 * bucket.
 * @throws InvalidInput, ObjectNotFound, TooManyImages, BucketNotAllowed, PrefixEmpty, PrefixUnreadable,
 * ManifestUnreadable, ManifestChanged: not retried, because the same input would fail again.
 */
export async function mapImages(event: unknown, services: MapServices): Promise<Plan> {
  const { executionId, input, deadline } = parseEvent("map", MapInput, event);
  const request = await requestOf(parseEvent("map", WorkflowInput, input), services);
  const source = imageSource(request);
  const result =
    source.kind === "list"
      ? await planList({ executionId, images: source.images, request, deadline }, services)
      : await planFrom(source, { executionId, request, deadline }, services);
  log("INFO", "planned", { executionId, images: result.total, inline: "batches" in result, skipped: result.skipped });
  return result;
}

interface Asked {
  readonly executionId: string;
  readonly request: ClassifyRequest;
  readonly deadline: Deadline | undefined;
}

async function planList(
  { executionId, images, request: { topK, maxImages }, deadline }: Asked & { readonly images: readonly string[] },
  services: MapServices,
): Promise<Plan> {
  const items = itemsOf(images);
  refuseMore(images.length, mostImages(maxImages, services.limits));
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
  return inline && jsonBytes(inline) <= inlineStateBytes ? inline : storePlan(request, services);
}

/** Plans the images below a prefix or in a manifest, as they are read. */
function planFrom(
  source: Exclude<ImageSource, { kind: "list" }>,
  { executionId, request: { topK, maxImages }, deadline }: Asked,
  { objects, sources, buckets, limits }: MapServices,
): Promise<Plan> {
  if (deadline) {
    const message = "is not allowed while a caller waits: start the workflow that does not wait";
    throw new InvalidInput("map", [{ path: [source.kind === "prefix" ? "images" : "manifest"], message }]);
  }
  const refusal = refusalOf(source, buckets);
  if (refusal !== undefined) throw new BucketNotAllowed(refusal);
  const { batchSize, distributedConcurrency: concurrency } = limits;
  return planStreamed(
    { executionId, topK, most: mostImages(maxImages, limits) },
    source.kind === "prefix" ? new Prefix(source.location, sources) : new Manifest(source.location, sources),
    {
      objects,
      bucket: buckets.ownBucket,
      inline: limits,
      large: { batchSize, concurrency },
      storageMb: limits.storageMb,
    },
  );
}

/** The most images that a request may have, and what says so. */
function mostImages(asked: number | undefined, { maxImages }: MapLimits) {
  return asked !== undefined && asked < maxImages
    ? { images: asked, source: '"maxImages" of the request' }
    : { images: maxImages, source: 'the setting "maxImages"' };
}

/**
 * A request that the synchronous API would accept is planned inline if it fits, because that workflow has no
 * Distributed Map.
 */
function fitsState(items: readonly Item[], topK: number, { inlineBytes }: MapLimits): boolean {
  const limit = items.length <= apiLimits.syncImages ? inlineStateBytes : inlineBytes;
  return worstCaseResultBytes(items, topK) <= limit;
}

async function storePlan(request: PlanRequest, { objects, buckets, limits }: MapServices): Promise<Plan> {
  const { batchSize, distributedConcurrency: concurrency } = limits;
  const large = planLarge(request, { batchSize, concurrency }, buckets.ownBucket);
  await objects.write(large.plan.plan, JSON.stringify(large.items));
  return large.plan;
}

function refuseMore(count: number, { images, source }: ReturnType<typeof mostImages>): void {
  if (count <= images) return;
  throw new TooManyImages(`The request has ${count} images, but at most ${images} are allowed (${source})`);
}

/** The request: the input itself, or the object that it names. */
async function requestOf(input: WorkflowInput, { objects, buckets }: MapServices): Promise<ClassifyRequest> {
  if (!("request" in input)) return input;
  const { request } = input;
  if (request.bucket !== buckets.ownBucket || !request.key.startsWith(prefixes.requests)) {
    const message = `must name an object under "s3://${buckets.ownBucket}/${prefixes.requests}"`;
    throw new InvalidInput("map", [{ path: ["request"], message }]);
  }
  return parseEvent("map", ClassifyRequest, await objects.read(request));
}
