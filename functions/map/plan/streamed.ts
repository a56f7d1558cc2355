import { inlineStateBytes } from "../../../contract/limits.ts";
import { type Item, type Plan, planKey, type S3Location } from "../../../contract/workflow.ts";
import type { JsonObjects } from "../../shared/objects.ts";
import { jsonBytes, worstCaseItemBytes } from "../../shared/state-size.ts";
import type { ItemSource } from "../source/item-source.ts";
import { type PlanLimits, plan } from "./inline.ts";
import { batchSizeOf } from "./large.ts";

/** A request whose images are planned while they are read. */
export interface StreamRequest {
  readonly executionId: string;
  readonly topK: number;
}

export interface StreamServices {
  readonly objects: Pick<JsonObjects, "upload">;
  readonly bucket: string;
  /** Those of a plan in the state. */
  readonly inline: PlanLimits & { readonly inlineBytes: number };
  /** Those of a plan in the bucket. */
  readonly large: PlanLimits;
}

/**
 * Plans images as they are read, in memory for a few hundred of them: in the state if the results fit there, otherwise as
 * an object in the bucket that is written while the images are read.
 * @throws the errors of the source
 */
export async function planStreamed(
  request: StreamRequest,
  source: ItemSource,
  services: StreamServices,
): Promise<Plan> {
  const { executionId, topK } = request;
  const items = source.items();
  const first: Item[] = [];
  let bytes = 0;
  let next = await items.next();
  for (; !next.done && bytes <= services.inline.inlineBytes; next = await items.next()) {
    first.push(next.value);
    bytes += worstCaseItemBytes(next.value, topK);
  }
  if (next.done && bytes <= services.inline.inlineBytes) {
    const inline = plan({ executionId, total: source.total, items: first, topK }, services.inline);
    if (jsonBytes(inline) <= inlineStateBytes) return { ...inline, ...skippedBy(source) };
  }
  if (!next.done) first.push(next.value);
  const { items: count, batchSize, location } = await planInBucket(request, itemsAfter(first, items), services);
  const { total } = source;
  return { executionId, total, plan: location, items: count, batchSize, topK, ...skippedBy(source) };
}

function skippedBy({ skipped }: ItemSource): { readonly skipped?: number } {
  return skipped === undefined ? {} : { skipped };
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
  { objects, bucket, large }: StreamServices,
): Promise<{ readonly items: number; readonly batchSize: number; readonly location: S3Location }> {
  let [count, largest] = [0, 1];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let text = "[";
    for await (const item of items) {
      largest = Math.max(largest, worstCaseItemBytes(item, topK));
      text += `${count === 0 ? "" : ","}${JSON.stringify(item)}`;
      count += 1;
      if (text.length < pieceCharacters) continue;
      yield Buffer.from(text);
      text = "";
    }
    yield Buffer.from(`${text}]`);
  }
  const location: S3Location = { bucket, key: planKey(executionId) };
  await objects.upload(location, pieces());
  return { items: count, batchSize: batchSizeOf(count, largest, large), location };
}
