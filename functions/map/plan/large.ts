import { apiLimits, inlineStateBytes } from "../../../contract/limits.ts";
import { type Item, type LargePlan, planKey } from "../../../contract/workflow.ts";
import { InvalidInput } from "../../shared/parse.ts";
import { worstCaseItemBytes } from "../../shared/state-size.ts";
import { batchSizeFor, type PlanLimits, type PlanRequest } from "./inline.ts";

/** A plan for a Distributed Map, and the items to store in the bucket. Pure. @throws InvalidInput */
export function planLarge(
  { executionId, total, items, topK }: PlanRequest,
  limits: PlanLimits,
  bucket: string,
): { readonly plan: LargePlan; readonly items: readonly Item[] } {
  const parts = items.flatMap(splitItem);
  const tooLong = parts.find((item) => worstCaseItemBytes(item, topK) > inlineStateBytes);
  if (tooLong) {
    const message = "is too long even for a batch of one image";
    throw new InvalidInput("map", [{ path: ["images", tooLong.index], message }]);
  }
  const largest = parts.reduce((most, item) => Math.max(most, worstCaseItemBytes(item, topK)), 1);
  const batchSize = batchSizeOf(parts.length, largest, limits);
  const location = { bucket, key: planKey(executionId) };
  return { plan: { executionId, total, plan: location, items: parts.length, batchSize, topK }, items: parts };
}

/** Items per batch. A batch's results, of at most `largest` bytes each, pass through its child execution's state. */
export function batchSizeOf(items: number, largest: number, limits: PlanLimits): number {
  return Math.min(batchSizeFor(items, limits), Math.floor(inlineStateBytes / largest));
}

/** Splits an item that has more indexes than a batch may contain. */
export function splitItem(item: Item): readonly Item[] {
  const { indexesPerItem } = apiLimits;
  if (item.duplicates.length <= indexesPerItem) return [item];
  const indexes = [item.index, ...item.duplicates];
  const parts: Item[] = [];
  for (let start = 0; start < indexes.length; start += indexesPerItem + 1) {
    const [index = item.index, ...duplicates] = indexes.slice(start, start + indexesPerItem + 1);
    parts.push({ image: item.image, index, duplicates });
  }
  return parts;
}
