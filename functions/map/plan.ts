import type { Batch, InlinePlan, Item } from "../../contract/workflow.ts";

/** What is planned: the items of a request with `total` places. */
export interface PlanRequest {
  readonly executionId: string;
  readonly total: number;
  readonly items: readonly Item[];
  readonly topK: number;
}

export interface PlanLimits {
  /** The most images of one batch. */
  readonly batchSize: number;
  /** How many batches run at once. */
  readonly concurrency: number;
}

/** Images per batch: few images fan out one per batch, many fill batches, so that each call's overhead is shared. */
export function batchSizeFor(items: number, { batchSize, concurrency }: PlanLimits): number {
  return Math.min(Math.max(Math.ceil(items / concurrency), 1), batchSize);
}

/** The batches of a request. Pure: the same request and limits always give the same plan. */
export function plan({ executionId, total, items, topK }: PlanRequest, limits: PlanLimits): InlinePlan {
  const size = batchSizeFor(items.length, limits);
  const batches: Batch[] = [];
  for (let start = 0; start < items.length; start += size) {
    batches.push({ BatchInput: { executionId, topK }, Items: items.slice(start, start + size) });
  }
  return { executionId, total, batches };
}
