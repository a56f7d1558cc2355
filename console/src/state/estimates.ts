import { type Estimate, readEstimate } from "../service/estimates.ts";

/** Estimates of cost by the number of images. Each is asked for once. */
export class Estimates {
  readonly #known = new Map<number, Estimate | undefined>();
  readonly #changed: () => void;
  readonly #read: (images: number) => Promise<Estimate>;

  constructor(changed: () => void, read: (images: number) => Promise<Estimate> = readEstimate) {
    this.#changed = changed;
    this.#read = read;
  }

  /** The estimate; undefined until it has been read, and for a stack that offers none. */
  of(images: number): Estimate | undefined {
    if (!this.#known.has(images)) {
      this.#known.set(images, undefined);
      // Without an estimate the page still starts executions.
      this.#read(images).then(
        (estimate) => {
          this.#known.set(images, estimate);
          this.#changed();
        },
        () => undefined,
      );
    }
    return this.#known.get(images);
  }
}
