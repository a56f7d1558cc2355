/** Lambda function `map` (infra/workers/workers.ts): plans the batches of an execution. */
import { functionEnvironments } from "../../contract/environment.ts";
import type { Plan } from "../../contract/workflow.ts";
import { called } from "../shared/call.ts";
import { jsonObjects } from "../shared/objects.ts";
import { mapImages } from "./map.ts";
import { sourceObjects } from "./source/source-objects.ts";

const environment = functionEnvironments.map.parse(process.env);
const limits = {
  batchSize: environment.BATCH_SIZE,
  concurrency: environment.INLINE_MAP_CONCURRENCY,
  inlineBytes: environment.INLINE_LIMIT_BYTES,
  maxImages: environment.MAX_IMAGES,
  storageMb: environment.REDUCE_STORAGE_MB,
  distributedConcurrency: environment.DISTRIBUTED_MAP_CONCURRENCY,
};
const services = {
  objects: jsonObjects(),
  sources: sourceObjects(),
  buckets: { ownBucket: environment.BUCKET_NAME, imageBuckets: environment.IMAGE_BUCKETS },
  limits,
};

export const handler = called(async (event: { readonly deadline?: unknown }): Promise<Plan> => {
  const plannedAt = new Date().toISOString();
  const plan = await mapImages(event, services);
  return event.deadline === undefined ? { ...plan, plannedAt } : plan;
});
