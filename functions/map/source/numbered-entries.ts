import type { Item } from "../../../contract/workflow.ts";
import { worstCaseItemBytes } from "../../shared/state-size.ts";
import { TooManyImages } from "../errors.ts";
import type { EntrySource } from "./entry.ts";
import type { ItemSource } from "./item-source.ts";
import { StorageBudget } from "./storage-budget.ts";

export interface EntryBounds {
  /** The most images that the request may have, and what says so. */
  readonly most: { readonly images: number; readonly source: string };
  readonly topK: number;
  /** Temporary storage in MB in which the results are sorted. */
  readonly storageMb: number;
}

/** The entries of a prefix or a manifest, numbered. The same image twice is two items. */
export class NumberedEntries implements ItemSource {
  readonly #source: EntrySource;
  readonly #bounds: EntryBounds;
  #total = 0;

  constructor(source: EntrySource, bounds: EntryBounds) {
    this.#source = source;
    this.#bounds = bounds;
  }

  get total(): number {
    return this.#total;
  }

  get skipped(): number | undefined {
    return this.#source.skipped;
  }

  /** @throws TooManyImages, and the errors of the source */
  async *items(): AsyncGenerator<Item> {
    const { most, topK, storageMb } = this.#bounds;
    const budget = new StorageBudget(storageMb);
    for await (const { image, problem } of this.#source.entries()) {
      if (this.#total >= most.images) {
        throw new TooManyImages(`The request has more than ${most.images} images, which ${most.source} allows at most`);
      }
      const item: Item = { index: this.#total, image, duplicates: [], ...(problem && { problem }) };
      budget.add(worstCaseItemBytes(item, topK));
      this.#total += 1;
      yield item;
    }
  }
}
