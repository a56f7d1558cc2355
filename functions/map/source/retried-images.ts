import { mib } from "../../../contract/limits.ts";
import { canBeRetried, type Item, type Retry } from "../../../contract/workflow.ts";
import { earlierResults } from "../../shared/earlier-results.ts";
import type { JsonObjects } from "../../shared/objects.ts";
import { worstCaseItemBytes } from "../../shared/state-size.ts";
import { NothingToRetry } from "../errors.ts";
import { splitItem } from "../plan/large.ts";
import type { ItemSource } from "./item-source.ts";
import { StorageBudget } from "./storage-budget.ts";

/**
 * Bytes of items that are held back to find duplicates. The images of a list in a body always fit, because a body has at
 * most 6 MB; those of longer manifests are not merged, as in the first execution.
 */
const heldBytes = 64 * mib;
/** Bytes of an item besides its reference, roughly. */
const itemBytes = 200;

export interface RetryServices {
  readonly objects: Pick<JsonObjects, "stream">;
  /** The stack's bucket. */
  readonly bucket: string;
  /** Temporary storage in MB in which all results are sorted, the earlier ones included. */
  readonly storageMb: number;
}

/** The images that an earlier execution could not classify for a transient reason, each at its index there. */
export class RetriedImages implements ItemSource {
  readonly #retry: Retry;
  readonly #services: RetryServices;
  #total = 0;

  constructor(retry: Retry, services: RetryServices) {
    this.#retry = retry;
    this.#services = services;
  }

  /** All results of the earlier execution. */
  get total(): number {
    return this.#total;
  }

  get skipped(): number | undefined {
    return this.#retry.skipped;
  }

  /** @throws NothingToRetry, TooManyImages, InvalidInput, ObjectNotFound */
  async *items(): AsyncGenerator<Item> {
    const held = new Map<string, Item>();
    let [bytes, found] = [0, false];
    for await (const item of this.#failed()) {
      found = true;
      const known = held.get(item.image);
      if (known) known.duplicates.push(item.index);
      else if (bytes > heldBytes) yield item;
      else held.set(item.image, item);
      if (!known) bytes += item.image.length + itemBytes;
    }
    if (!found) throw new NothingToRetry(this.#retry.retryOf);
    for (const item of held.values()) yield* splitItem(item);
  }

  async *#failed(): AsyncGenerator<Item> {
    const { objects, bucket, storageMb } = this.#services;
    const budget = new StorageBudget(storageMb);
    for await (const { result, size } of earlierResults("map", this.#retry.results, bucket, objects)) {
      this.#total += 1;
      budget.add(size);
      if (!canBeRetried(result)) continue;
      const item: Item = { index: result.index, image: result.image, duplicates: [] };
      budget.add(worstCaseItemBytes(item, this.#retry.topK));
      yield item;
    }
  }
}
