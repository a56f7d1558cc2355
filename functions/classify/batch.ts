import { setImmediate } from "node:timers/promises";
import type { Batch, BatchResult, Item, ItemResult, Prediction } from "../../contract/workflow.ts";
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
/**
 * How many images are fetched and decoded ahead of those that are inferred. Four are decoded at once, by libuv's threads,
 * and each may take 256 MiB meanwhile; decoded, an image takes 0.3 MB.
 */
const ahead = 7;

/** An image on its way: `settled` once it is decoded, or known to be to blame. */
interface Preparation {
  readonly item: Item;
  readonly done: Promise<Outcome>;
  settled?: Outcome;
}
type Outcome = { readonly image: DecodedImage } | { readonly error: unknown };

/**
 * Classifies a batch, one result an item in the batch's order. The next images load while others are inferred, and those
 * that are ready by then are inferred together, which takes a tenth less time a photo than one after the other.
 */
export async function classifyBatch({ Items, BatchInput }: Batch, services: BatchServices): Promise<BatchResult> {
  const waiting = [...Items];
  const loading: Preparation[] = [];
  const load = () => {
    for (const item of waiting.splice(0, 1 + ahead - loading.length)) loading.push(prepare(item, services));
  };
  const results: ItemResult[] = [];
  for (load(); loading.length > 0; load()) {
    await inTime(loading[0]?.done, services.remaining() - reserveMs);
    // The others that are ready say so only when the event loop comes round.
    await setImmediate();
    const unready = loading.findIndex(({ settled }, place) => place > 0 && !settled);
    const together = loading.splice(0, unready === -1 ? loading.length : unready);
    load();
    results.push(...(await resultsOf(together, BatchInput.topK, services.classifier)));
  }
  return { results };
}

function prepare(item: Item, services: BatchServices): Preparation {
  const done = services.prepare(item.image).then(
    (image): Outcome => ({ image }),
    (error: unknown): Outcome => ({ error }),
  );
  const preparation: Preparation = { item, done };
  done.then((outcome) => {
    preparation.settled = outcome;
  });
  return preparation;
}

async function resultsOf(
  together: readonly Preparation[],
  topK: number,
  classifier: BatchServices["classifier"],
): Promise<readonly ItemResult[]> {
  // An image that is ready only while the others are inferred would take the answer of one of them.
  const outcomes = together.map(({ item, settled = late }) => ({ item, settled }));
  const images = outcomes.flatMap(({ settled }) => ("image" in settled ? [settled.image] : []));
  const answers = (await classifyTogether(images, topK, classifier)).values();
  return outcomes.map(({ item: { index, image, also }, settled }) => {
    if ("error" in settled) return { index, image, also, error: failure(settled.error) };
    const answer = answers.next().value ?? {
      error: new TypeError("The classifier answered fewer images than it was given."),
    };
    if ("error" in answer) return { index, image, also, error: failure(answer.error) };
    const { width, height } = settled.image;
    return { index, image, also, width, height, predictions: [...answer.predictions] };
  });
}

type Answer = { readonly predictions: readonly Prediction[] } | { readonly error: unknown };

/** One answer an image. Where several fail together, each has a run of its own: none pays for another. */
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
    const answers: Answer[] = [];
    for (const image of images) answers.push(...(await classifyTogether([image], topK, classifier)));
    return answers;
  }
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

/** What stands for an image that was not ready in time. */
const late: Outcome = {
  error: new ImageError(
    "ClassificationTimeout",
    "The call that classifies this image has no time left: raise the timeout, or send smaller batches.",
  ),
};

async function inTime(work: Promise<unknown> | undefined, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, milliseconds));
  });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
