import type { Batch, Deadline, InlinePlan, Item } from "../../../contract/workflow.ts";

/** A request to plan. `total` counts its images, including duplicates; `items` has one entry per distinct image. */
export interface PlanRequest {
  readonly executionId: string;
  readonly total: number;
  readonly items: readonly Item[];
  readonly topK: number;
  /** Present if a caller is waiting for the execution to end. */
  readonly deadline?: Deadline | undefined;
}

export interface PlanLimits {
  /** Maximum number of images per batch. */
  readonly batchSize: number;
  /** How many batches run at once. */
  readonly concurrency: number;
}

/** Images per batch. A few images get one batch each; many images fill batches, so that they share each call's overhead. */
export function batchSizeFor(items: number, { batchSize, concurrency }: PlanLimits): number {
  return Math.min(Math.max(Math.ceil(items / concurrency), 1), batchSize);
}

/** The batches of a request. Pure: the same request and limits always produce the same plan. */
export function plan({ executionId, total, items, topK, deadline }: PlanRequest, limits: PlanLimits): InlinePlan {
  const size = batchSizeFor(items.length, limits);
  const shared = deadline && {
    deadline: { startedAt: deadline.startedAt, seconds: deadline.seconds, total: items.length },
  };
  const BatchInput = { executionId, topK, ...shared };
  const batches: Batch[] = [];
  for (let start = 0; start < items.length; start += size) {
    batches.push({ BatchInput, Items: items.slice(start, start + size) });
  }
  return { executionId, total, topK, batches };
}
