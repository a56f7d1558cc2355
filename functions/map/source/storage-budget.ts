import { storedResultBytes } from "../../shared/state-size.ts";
import { TooManyImages } from "../errors.ts";

/** Adds up the sizes of results that will be sorted in the temporary storage of `reduce`. */
export class StorageBudget {
  readonly #most: number;
  #bytes = 0;

  constructor(storageMb: number) {
    this.#most = storedResultBytes(storageMb);
  }

  /** @throws TooManyImages if the results could be more than one execution sorts. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#most) return;
    throw new TooManyImages(
      `The results may take more than the ${this.#most} bytes that one execution sorts (setting "reduceStorage")`,
    );
  }
}
