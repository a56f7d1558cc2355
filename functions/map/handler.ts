/** Lambda function `map` (infra/workers/workers.ts): plans the batches of an execution. */
import { functionEnvironments } from "../../contract/environment.ts";
import { jsonObjects } from "../shared/objects.ts";
import { mapImages } from "./map.ts";

const environment = functionEnvironments.map.parse(process.env);
const limits = {
  batchSize: environment.BATCH_SIZE,
  concurrency: environment.INLINE_MAP_CONCURRENCY,
  inlineBytes: environment.INLINE_LIMIT_BYTES,
  maxImages: environment.MAX_IMAGES,
  storageMb: environment.REDUCE_STORAGE_MB,
  distributedConcurrency: environment.DISTRIBUTED_MAP_CONCURRENCY,
};
const services = { objects: jsonObjects(), bucket: environment.BUCKET_NAME, limits };

export const handler = (event: unknown) => mapImages(event, services);
