import { apiLimits, inlineStateBytes } from "../../contract/limits.ts";
import { ClassifyRequest, type ImageSource, imageSource } from "../../contract/request.ts";
import {
  type Deadline,
  type Item,
  MapInput,
  type Plan,
  prefixes,
  type Retry,
  WorkflowInput,
} from "../../contract/workflow.ts";
import { type BucketRules, refusalOf } from "../shared/bucket-rules.ts";
import { itemsOf } from "../shared/items.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { InvalidInput, parseEvent } from "../shared/parse.ts";
import { jsonBytes, storedResultBytes, worstCaseDocumentBytes, worstCaseResultBytes } from "../shared/state-size.ts";
import { BucketNotAllowed, TooManyImages } from "./errors.ts";
import { awaitStart } from "./not-before.ts";
import { type PlanLimits, type PlanRequest, plan } from "./plan/inline.ts";
import { planLarge } from "./plan/large.ts";
import { planStreamed, type StreamServices } from "./plan/streamed.ts";
import { Manifest } from "./source/manifest.ts";
import { NumberedEntries } from "./source/numbered-entries.ts";
import { Prefix } from "./source/prefix.ts";
import { RetriedImages } from "./source/retried-images.ts";
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
  /** Requests and earlier results are read from the stack's bucket only, and plans are written there. */
  readonly objects: Pick<JsonObjects, "read" | "stream" | "write" | "upload">;
  /** Where prefixes and manifests are read. */
  readonly sources: SourceObjects;
  readonly buckets: BucketRules;
  readonly limits: MapLimits;
}

/**
 * Reads the request from the event or the bucket, and plans it: in the state if its results fit there, otherwise in the
 * bucket.
 * @throws InvalidInput, ObjectNotFound, TooManyImages, BucketNotAllowed, PrefixEmpty, PrefixUnreadable,
 * ManifestUnreadable, ManifestChanged, NothingToRetry: not retried, because the same input would fail again.
 */
export async function mapImages(event: unknown, services: MapServices): Promise<Plan> {
  const { executionId, input, deadline } = parseEvent("map", MapInput, event);
  const asked = parseEvent("map", WorkflowInput, input);
  if ("notBefore" in asked) await awaitStart(asked.notBefore, deadline);
  const result = await planOf(asked, { executionId, deadline }, services);
  log("INFO", "planned", { executionId, images: result.total, inline: "batches" in result, skipped: result.skipped });
  return result;
}

interface Caller {
  readonly executionId: string;
  readonly deadline: Deadline | undefined;
}

async function planOf(input: WorkflowInput, caller: Caller, services: MapServices): Promise<Plan> {
  if ("retryOf" in input) return planRetry(input, caller, services);
  const request = await requestOf(input, services);
  const source = imageSource(request);
  return source.kind === "list"
    ? planList({ ...caller, images: source.images, request }, services)
    : planFrom(source, { ...caller, request }, services);
}

interface Asked extends Caller {
  readonly request: ClassifyRequest;
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
  services: MapServices,
): Promise<Plan> {
  const { sources, buckets, limits } = services;
  if (deadline) throw refusedWhileWaiting(source.kind === "prefix" ? "images" : "manifest");
  const refusal = refusalOf(source, buckets);
  if (refusal !== undefined) throw new BucketNotAllowed(refusal);
  const entries =
    source.kind === "prefix" ? new Prefix(source.location, sources) : new Manifest(source.location, sources);
  const bounds = { most: mostImages(maxImages, limits), topK, storageMb: limits.storageMb };
  return planStreamed({ executionId, topK }, new NumberedEntries(entries, bounds), streamServices(services));
}

/** Plans what an earlier execution could not classify for a transient reason, as its results are read. */
async function planRetry(retry: Retry, { executionId, deadline }: Caller, services: MapServices): Promise<Plan> {
  if (deadline) throw refusedWhileWaiting("retryOf");
  const { objects, buckets, limits } = services;
  const images = new RetriedImages(retry, { objects, bucket: buckets.ownBucket, storageMb: limits.storageMb });
  const planned = await planStreamed({ executionId, topK: retry.topK }, images, streamServices(services));
  return { ...planned, earlier: retry.results };
}

function refusedWhileWaiting(field: string): InvalidInput {
  const message = "is not allowed while a caller waits: start the workflow that does not wait";
  return new InvalidInput("map", [{ path: [field], message }]);
}

function streamServices({ objects, buckets, limits }: MapServices): StreamServices {
  const { batchSize, distributedConcurrency: concurrency } = limits;
  return { objects, bucket: buckets.ownBucket, inline: limits, large: { batchSize, concurrency } };
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
async function requestOf(
  input: Exclude<WorkflowInput, Retry>,
  { objects, buckets }: MapServices,
): Promise<ClassifyRequest> {
  if (!("request" in input)) return input;
  const { request } = input;
  if (request.bucket !== buckets.ownBucket || !request.key.startsWith(prefixes.requests)) {
    const message = `must name an object under "s3://${buckets.ownBucket}/${prefixes.requests}"`;
    throw new InvalidInput("map", [{ path: ["request"], message }]);
  }
  return parseEvent("map", ClassifyRequest, await objects.read(request));
}
