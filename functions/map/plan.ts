import type { Batch, Item, Plan } from "../../contract/workflow.ts";

export interface PlanRequest {
  readonly executionId: string;
  readonly images: readonly string[];
  readonly topK: number;
}

export interface PlanLimits {
  /** The most images of one batch. */
  readonly batchSize: number;
  /** How many batches run at once. */
  readonly concurrency: number;
}

/** Spaces around a reference come from lists made by hand and are never part of it. */
export function normalise(image: string): string {
  return image.trim();
}

/** Numbers the images in request order; one that is named again becomes a further place of its first item. */
export function itemsOf(images: readonly string[]): readonly Item[] {
  const items = new Map<string, Item>();
  for (const [index, raw] of images.entries()) {
    const image = normalise(raw);
    const known = items.get(image);
    if (known) known.also.push(index);
    else items.set(image, { index, image, also: [] });
  }
  return [...items.values()];
}

/** Images a batch: few images fan out one a batch, many fill batches, so that each call's overhead is shared. */
export function batchSizeFor(items: number, { batchSize, concurrency }: PlanLimits): number {
  return Math.min(Math.max(Math.ceil(items / concurrency), 1), batchSize);
}

/** The batches of a request. Pure: the same request and limits always give the same plan. */
export function plan({ executionId, images, topK }: PlanRequest, limits: PlanLimits): Plan {
  const items = itemsOf(images);
  const size = batchSizeFor(items.length, limits);
  const batches: Batch[] = [];
  for (let start = 0; start < items.length; start += size) {
    batches.push({ BatchInput: { executionId, topK }, Items: items.slice(start, start + size) });
  }
  return { executionId, total: images.length, batches };
}
