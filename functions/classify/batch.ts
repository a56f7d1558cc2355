import { setImmediate } from "node:timers/promises";
import { apiLimits } from "../../contract/limits.ts";
import type { Batch, BatchResult, Item, ItemResult, Prediction } from "../../contract/workflow.ts";
import { within } from "../../lib/deadline.ts";
import { printable } from "../../lib/printable.ts";
import type { Classifier } from "../inference/classifier.ts";
import { errorFields } from "../shared/log.ts";
import { jsonBytes } from "../shared/state-size.ts";
import type { DecodedImage } from "./decode/decode.ts";
import { boundsFor, type DecodeBounds } from "./decoder/bounds.ts";
import { ImageError } from "./image-error.ts";

/** Limits for the preparation of an image. */
export interface ImageCall {
  /** Aborted when the call ends, so that abandoned work takes no time from the next call. */
  readonly signal: AbortSignal;
  /** What decoding may take from now. */
  bounds(): DecodeBounds;
  /** Milliseconds until the image must be ready. */
  remaining(): number;
}

export interface BatchServices {
  /** Fetches and decodes; rejects with `ImageError` if the image is at fault. */
  prepare(image: string, call: ImageCall): Promise<DecodedImage>;
  readonly classifier: Pick<Classifier, "classify">;
  /** Number of images that are decoded concurrently. @default 1 */
  readonly decoders?: number;
  /** Number of images that are being decoded or wait for a decoder. */
  decoding(): number;
  /** Milliseconds until the call must return. */
  remaining(): number;
}

/** Reserved for the response: an image that is not ready by then gets a typed error, so that the batch can return. */
const reserveMs = 1_000;
/** How many images are fetched and decoded ahead of inference; a decoded image takes 0.3 MB. */
const ahead = 7;
/**
 * How many milliseconds images that are ready wait, before each run, for those that are being decoded. Eight photos of
 * 12 megapixels take 100 on two cores.
 */
const patienceMs = 200;

/** An image in preparation: `settled` once it is decoded or has failed. */
interface Preparation {
  readonly item: Item;
  readonly done: Promise<Outcome>;
  settled?: Outcome;
}
type Outcome = { readonly image: DecodedImage } | { readonly error: unknown };

/**
 * Classifies a batch, one result per item in the batch's order. Images that are ready are inferred together, in any order,
 * while the next ones are fetched and decoded. Inference uses every processor, so it starts only when no other image is
 * being decoded, or after `patienceMs`.
 */
export async function classifyBatch(batch: Batch, services: BatchServices): Promise<BatchResult> {
  const ended = new AbortController();
  try {
    return await classifyInTime(batch, services, ended.signal);
  } finally {
    ended.abort(late.error);
  }
}

async function classifyInTime(
  { Items, BatchInput }: Batch,
  services: BatchServices,
  signal: AbortSignal,
): Promise<BatchResult> {
  const waiting = [...Items];
  let loading: Preparation[] = [];
  const results = new Map<Item, ItemResult>();
  let undecoded = Items.length;
  const remaining = (): number => services.remaining() - reserveMs;
  const bounds = (): DecodeBounds =>
    boundsFor(remaining(), Math.max(1, undecoded, BatchInput.deadline?.total ?? 0), services.decoders ?? 1);
  const load = () => {
    for (const item of waiting.splice(0, 1 + ahead - loading.length)) {
      const preparation = prepare(item, services, { signal, bounds, remaining });
      void preparation.done.then(() => {
        undecoded -= 1;
      });
      loading.push(preparation);
    }
  };
  for (load(); loading.length > 0; load()) {
    await someReady(loading, services, remaining);
    const ready = loading.filter(({ settled }) => settled);
    // If nothing is ready, no time is left for any of them.
    const together = ready.length > 0 ? ready : loading;
    loading = loading.filter((preparation) => !together.includes(preparation));
    load();
    const found = await resultsOf(together, BatchInput.topK, services.classifier);
    for (const [item, result] of found) results.set(item, result);
  }
  return { results: Items.map((item) => resultOf(item, results)) };
}

function resultOf(item: Item, results: ReadonlyMap<Item, ItemResult>): ItemResult {
  const result = results.get(item);
  if (result === undefined) throw new Error(`The image with the index ${item.index} has no result.`);
  return result;
}

/**
 * Resolves once images are ready and no other is being decoded, or when images that are ready have waited `patienceMs`
 * here, or when no time is left.
 */
async function someReady(
  loading: readonly Preparation[],
  services: Pick<BatchServices, "decoding">,
  remaining: () => number,
): Promise<void> {
  let unready: readonly Preparation[] = loading.filter(({ settled }) => !settled);
  if (unready.length === loading.length) unready = await next(remaining(), unready);
  const until = performance.now() + patienceMs;
  while (unready.length > 0 && unready.length < loading.length && services.decoding() > 0) {
    const patience = Math.min(until - performance.now(), remaining());
    if (patience <= 0) return;
    unready = await next(patience, unready);
  }
}

/** Waits at most `ms` for one of the images. @returns those that are not ready then */
async function next(ms: number, unready: readonly Preparation[]): Promise<readonly Preparation[]> {
  await within(ms, Promise.race(unready.map(({ done }) => done)));
  // Other images that are ready settle only in the next turn of the event loop.
  await setImmediate();
  return unready.filter(({ settled }) => !settled);
}

function prepare(item: Item, services: BatchServices, call: ImageCall): Preparation {
  const done = prepared(item, services, call).then(
    (image): Outcome => ({ image }),
    (error: unknown): Outcome => ({ error }),
  );
  const preparation: Preparation = { item, done };
  done.then((outcome) => {
    preparation.settled = outcome;
  });
  return preparation;
}

/** A line of a manifest that names no image has nothing to fetch. */
async function prepared({ image, problem }: Item, services: BatchServices, call: ImageCall): Promise<DecodedImage> {
  if (problem !== undefined) throw new ImageError("InvalidImageReference", problem);
  return services.prepare(image, call);
}

async function resultsOf(
  together: readonly Preparation[],
  topK: number,
  classifier: BatchServices["classifier"],
): Promise<readonly (readonly [Item, ItemResult])[]> {
  // An image that becomes ready during inference must not get the prediction of another image.
  const outcomes = together.map(({ item, settled = late }) => ({ item, settled }));
  const images = outcomes.flatMap(({ settled }) => ("image" in settled ? [settled.image] : []));
  const predicted = (await classifyTogether(images, topK, classifier)).values();
  return outcomes.map(({ item, settled }) => {
    const { index, duplicates } = item;
    const image = item.image.slice(0, apiLimits.imageReferenceLength);
    if ("error" in settled) return [item, { index, image, duplicates, error: failure(settled.error) }];
    const answer = predicted.next().value ?? {
      error: new TypeError("The classifier returned fewer predictions than there were images."),
    };
    if ("error" in answer) return [item, { index, image, duplicates, error: failure(answer.error) }];
    const { width, height } = settled.image;
    return [item, { index, image, duplicates, width, height, predictions: [...answer.predictions] }];
  });
}

type Answer = { readonly predictions: readonly Prediction[] } | { readonly error: unknown };

/** One outcome per image. If a joint run fails, each image is run alone, so that only the image at fault fails. */
async function classifyTogether(
  images: readonly DecodedImage[],
  topK: number,
  classifier: BatchServices["classifier"],
): Promise<readonly Answer[]> {
  if (images.length === 0) return [];
  try {
    const pixels = Buffer.concat(images.map((image) => image.pixels));
    const all = await classifier.classify(pixels, images.length, topK);
    return all.map((predictions) => ({ predictions }));
  } catch (error) {
    if (images.length === 1) return [{ error }];
    const outcomes: Answer[] = [];
    for (const image of images) outcomes.push(...(await classifyTogether([image], topK, classifier)));
    return outcomes;
  }
}

function failure(error: unknown): { code: ImageError["code"]; message: string } {
  if (error instanceof ImageError) return { code: error.code, message: bounded(error.message) };
  const message = "An image was not classified because of an internal error.";
  console.error(printable(JSON.stringify({ level: "ERROR", message, ...errorFields(error) })));
  return {
    code: "ClassificationFailed",
    message: "The classification of this image failed because of an internal error.",
  };
}

/** Messages of hosts and decoders may be long; the plan reserves `apiLimits.errorSentenceBytes` for a message. */
function bounded(sentence: string): string {
  let kept = sentence.slice(0, apiLimits.errorSentenceBytes);
  while (jsonBytes(kept) > apiLimits.errorSentenceBytes) kept = `${kept.slice(0, -2 - Math.ceil(kept.length / 50))}…`;
  return kept;
}

/** The outcome of an image that was not ready in time. */
const late = {
  error: new ImageError(
    "ClassificationTimeout",
    'No time was left to classify this image: raise "classifyTimeout", or lower "batchSize".',
  ),
} satisfies Outcome;
