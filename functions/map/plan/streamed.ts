import { inlineStateBytes } from "../../../contract/limits.ts";
import { type Item, type Plan, planKey, type S3Location } from "../../../contract/workflow.ts";
import type { JsonObjects } from "../../shared/objects.ts";
import { jsonBytes, storedResultBytes, worstCaseItemBytes } from "../../shared/state-size.ts";
import { TooManyImages } from "../errors.ts";
import type { EntrySource } from "../source/entry.ts";
import { type PlanLimits, plan } from "./inline.ts";
import { batchSizeOf } from "./large.ts";

/** A request whose images are below a prefix or in a manifest. */
export interface StreamRequest {
  readonly executionId: string;
  readonly topK: number;
  /** The most images that the request may have, and what says so. */
  readonly most: { readonly images: number; readonly source: string };
}

export interface StreamServices {
  readonly objects: Pick<JsonObjects, "upload">;
  readonly bucket: string;
  /** Those of a plan in the state. */
  readonly inline: PlanLimits & { readonly inlineBytes: number };
  /** Those of a plan in the bucket. */
  readonly large: PlanLimits;
  /** Temporary storage in MB in which the results are sorted. */
  readonly storageMb: number;
}

/**
 * Plans images as they are read, in memory for a few hundred of them: in the state if the results fit there, otherwise as
 * an object in the bucket that is written while the images are read. The same image twice is two items.
 * @throws TooManyImages, and the errors of the source
 */
export async function planStreamed(
  request: StreamRequest,
  source: EntrySource,
  services: StreamServices,
): Promise<Plan> {
  const { executionId, topK } = request;
  const items = itemsIn(source, request);
  const first: Item[] = [];
  let bytes = 0;
  let next = await items.next();
  for (; !next.done && bytes <= services.inline.inlineBytes; next = await items.next()) {
    first.push(next.value);
    bytes += worstCaseItemBytes(next.value, topK);
  }
  if (next.done && bytes <= services.inline.inlineBytes) {
    const inline = plan({ executionId, total: first.length, items: first, topK }, services.inline);
    if (jsonBytes(inline) <= inlineStateBytes) return { ...inline, ...skippedBy(source) };
  }
  if (!next.done) first.push(next.value);
  return { ...(await planInBucket(request, itemsAfter(first, items), services)), ...skippedBy(source) };
}

function skippedBy({ skipped }: EntrySource): { readonly skipped?: number } {
  return skipped === undefined ? {} : { skipped };
}

/** The entries of a source, numbered. @throws TooManyImages */
async function* itemsIn(source: EntrySource, { most }: StreamRequest): AsyncGenerator<Item> {
  let index = 0;
  for await (const entry of source.entries()) {
    if (index >= most.images) {
      throw new TooManyImages(`The request has more than ${most.images} images, which ${most.source} allows at most`);
    }
    yield { index, image: entry.image, duplicates: [], ...(entry.problem && { problem: entry.problem }) };
    index += 1;
  }
}

async function* itemsAfter(first: readonly Item[], rest: AsyncGenerator<Item>): AsyncGenerator<Item> {
  yield* first;
  yield* rest;
}

/** Characters of JSON that are handed over at once. */
const pieceCharacters = 65_536;

async function planInBucket(
  { executionId, topK }: StreamRequest,
  items: AsyncGenerator<Item>,
  { objects, bucket, large, storageMb }: StreamServices,
): Promise<Plan> {
  let [total, largest, resultBytes] = [0, 1, 0];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let text = "[";
    for await (const item of items) {
      const bytes = worstCaseItemBytes(item, topK);
      largest = Math.max(largest, bytes);
      resultBytes += bytes;
      refuseLarger(resultBytes, storageMb);
      text += `${total === 0 ? "" : ","}${JSON.stringify(item)}`;
      total += 1;
      if (text.length < pieceCharacters) continue;
      yield Buffer.from(text);
      text = "";
    }
    yield Buffer.from(`${text}]`);
  }
  const location: S3Location = { bucket, key: planKey(executionId) };
  await objects.upload(location, pieces());
  return { executionId, total, plan: location, items: total, batchSize: batchSizeOf(total, largest, large), topK };
}

/** @throws TooManyImages if the results could be more than one execution sorts. */
function refuseLarger(resultBytes: number, storageMb: number): void {
  const most = storedResultBytes(storageMb);
  if (resultBytes <= most) return;
  throw new TooManyImages(
    `The results may take more than the ${most} bytes that one execution sorts (setting "reduceStorage")`,
  );
}
