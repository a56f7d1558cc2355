/** Lambda function `classify` (infra/workers/workers.ts): classifies the images of one batch. */
import "../inference/native/preload.ts";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { functionEnvironments, type ModelOrigin } from "../../contract/environment.ts";
import { Batch, type BatchResult, Wake } from "../../contract/workflow.ts";
import { type ModelStore, openClassifier } from "../inference/classifier.ts";
import { called } from "../shared/call.ts";
import { log } from "../shared/log.ts";
import { classifyBatch, type ImageCall } from "./batch.ts";
import type { DecodedImage } from "./decode/decode.ts";
import { DecoderPool } from "./decoder/pool.ts";
import { decodersFor } from "./decoder/size.ts";
import { again } from "./fetch/again.ts";
import { HostQueues } from "./fetch/host-queue.ts";
import { fetchHttp } from "./fetch/http.ts";
import { readReference } from "./fetch/reference.ts";
import { fetchS3 } from "./fetch/s3.ts";
import { remaining } from "./remaining.ts";
import { startRecord } from "./start-record.ts";

const environment = functionEnvironments.classify.parse(process.env);
const decoders = decodersFor(os.availableParallelism(), Number(process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] ?? 0));
/**
 * Started first, so that the decoders load in parallel with TensorFlow; their program is a separate module beside this
 * one.
 */
const pool = new DecoderPool({ module: fileURLToPath(new URL("./decoder.mjs", import.meta.url)), size: decoders });
/** Loaded while the sandbox starts. If the self-check fails, the start fails, so no wrong labels are served. */
const classifier = await openClassifier({
  directory: modelStore(environment.MODEL),
  engine: environment.INFERENCE_ENGINE,
  precision: environment.INFERENCE_PRECISION,
});
await pool.ready;
log("INFO", classifier.choice, startRecord(classifier));

const limits = { maxBytes: environment.MAX_IMAGE_BYTES, timeoutMs: environment.FETCH_TIMEOUT_MS };
const hosts = new HostQueues(environment.HOST_CONNECTIONS);
const buckets = { ownBucket: environment.BUCKET_NAME, imageBuckets: environment.IMAGE_BUCKETS };

/** The SDK is loaded only if the model is in the bucket, and only the part that the chosen engine reads is fetched. */
function modelStore(model: ModelOrigin): string | ModelStore {
  if (model.source === "image") return path.join(process.env["LAMBDA_TASK_ROOT"] ?? "/var/task", "model");
  return async (part) => {
    const started = performance.now();
    const { fetchModel } = await import("./bucket-model.ts");
    const folder = await fetchModel({ bucket: environment.BUCKET_NAME, model, part });
    const ms = Math.round(performance.now() - started);
    log("INFO", "Fetched a part of the model from the bucket.", { prefix: model.prefix, part, ms });
    return folder;
  };
}

async function prepare(image: string, { signal, bounds, remaining: left }: ImageCall): Promise<DecodedImage> {
  const source = readReference(image, buckets);
  const rules = { timeoutMs: limits.timeoutMs, remaining: left, signal };
  // A wait between two attempts keeps its place in the host's queue: a host that refuses gets fewer requests.
  const bytes =
    source.kind === "s3"
      ? await again(() => fetchS3(source.bucket, source.key, { ...limits, signal }), rules)
      : await hosts.run(source.url.host, signal, () => again(() => fetchWeb(source.url, signal), rules));
  return pool.decode(bytes, {
    maxPixels: environment.MAX_IMAGE_PIXELS,
    inputSize: classifier.inputSize,
    bounds: bounds(),
    signal,
  });
}

const fetchWeb = (url: URL, signal: AbortSignal): Promise<Buffer> =>
  fetchHttp(url, { ...limits, signal, allowedHosts: environment.ALLOWED_IMAGE_HOSTS });

interface Context {
  getRemainingTimeInMillis(): number;
}

export const handler = called(async (event: unknown, context: Context): Promise<BatchResult> => {
  if (Wake.safeParse(event).success) return { results: [] };
  const batch = Batch.parse(event);
  return classifyBatch(batch, {
    prepare,
    classifier,
    decoders,
    decoding: () => pool.decoding,
    remaining: () => remaining(context, batch.BatchInput.deadline),
  });
});
