import type { Batch, BatchResult, Item, ItemResult } from "../../contract/workflow.ts";
import type { Classifier } from "../inference/classifier.ts";
import type { DecodedImage } from "./decode.ts";
import { ImageError } from "./image-error.ts";

export interface BatchServices {
  /** Fetches and decodes; rejects with `ImageError` for what the image itself is to blame. */
  prepare(image: string): Promise<DecodedImage>;
  readonly classifier: Pick<Classifier, "classify">;
  /** Milliseconds left to answer in. */
  remaining(): number;
}

/** Kept for the answer: an image that starts later than this before the end gets a typed error, its batch an answer. */
const reserveMs = 1_000;
/** Characters of an error's sentence. */
const longestSentence = 200;
/** How many images are fetched and decoded ahead of the one that is inferred. */
const ahead = 2;

/** Classifies a batch, one result an item in the batch's order; the next images load while one is inferred. */
export async function classifyBatch(batch: Batch, services: BatchServices): Promise<BatchResult> {
  const { Items: items, BatchInput } = batch;
  const prepared = new Map<Item, Promise<DecodedImage>>();
  const start = (item: Item | undefined) => {
    if (!item || prepared.has(item)) return;
    const work = services.prepare(item.image);
    // It is awaited below, perhaps after it has failed.
    work.catch(() => {});
    prepared.set(item, work);
  };
  const results: ItemResult[] = [];
  for (const [place, item] of items.entries()) {
    for (const next of items.slice(place, place + 1 + ahead)) start(next);
    const { index, image, also } = item;
    try {
      const decoded = await inTime(prepared.get(item) ?? services.prepare(image), services.remaining() - reserveMs);
      prepared.delete(item);
      const [predictions = []] = await services.classifier.classify(decoded.pixels, 1, BatchInput.topK);
      results.push({ index, image, also, width: decoded.width, height: decoded.height, predictions: [...predictions] });
    } catch (error) {
      results.push({ index, image, also, error: failure(error) });
    }
  }
  return { results };
}

function failure(error: unknown): { code: ImageError["code"]; message: string } {
  if (error instanceof ImageError) return { code: error.code, message: bounded(error.message) };
  console.error(error);
  return {
    code: "ClassificationFailed",
    message: "The classification of this image failed for a reason within this service.",
  };
}

/** Hosts and decoders may say much; the plan reserves `apiLimits.resultOverheadBytes` for an image's index and sentence. */
function bounded(sentence: string): string {
  return sentence.length <= longestSentence ? sentence : `${sentence.slice(0, longestSentence - 1)}…`;
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = "The call that classifies this image has no time left: raise the timeout, or send smaller batches.";
    timer = setTimeout(() => reject(new ImageError("ClassificationTimeout", message)), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
