import { mib } from "../../../contract/limits.ts";
import type { DecodedImage } from "../decode/decode.ts";
import { ImageError } from "../image-error.ts";
import type { Death, Outcome } from "./decoder.ts";
import type { Job } from "./protocol.ts";

/** A process may end once for a reason unrelated to the image; the second time the image is at fault. */
const mostDeaths = 2;

/** An image that is being decoded or waits for a decoder. */
export class Task {
  readonly image: Uint8Array;
  readonly job: Job;
  readonly result: Promise<DecodedImage>;
  readonly #mostWallMs: number;
  /** Milliseconds since decoding began, without time during which this process was not running. */
  wallMs = 0;
  #settled = false;
  /** Number of decoders that ended for an unknown reason while they decoded it. */
  #deaths = 0;
  #resolve: (decoded: DecodedImage) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** @param mostWallMs maximum wall-clock time for decoding */
  constructor(image: Uint8Array, job: Job, mostWallMs: number) {
    this.image = image;
    this.job = job;
    this.#mostWallMs = mostWallMs;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The caller no longer waits for it. */
  get settled(): boolean {
    return this.#settled;
  }

  get isOverdue(): boolean {
    return this.wallMs > this.#mostWallMs;
  }

  take(outcome: Outcome): void {
    if (outcome.kind === "failed") {
      this.reject(new ImageError(outcome.code, outcome.message));
      return;
    }
    const { width, height, pixels } = outcome;
    if (pixels.length === this.job.inputSize ** 2 * 3) {
      this.#settled = true;
      this.#resolve({ width, height, pixels });
    } else this.reject(new ImageError("CorruptImage", "The image's decoder did not return a picture."));
  }

  reject(reason: unknown): void {
    this.#settled = true;
    this.#reject(reason);
  }

  /** Rejects the task if its image caused the end of the decoder. @returns whether it did */
  blame({ bound, innocent, detail }: Death): boolean {
    if (innocent) return false;
    if (bound === undefined) {
      this.#deaths += 1;
      if (this.#deaths < mostDeaths) return false;
    }
    this.reject(this.#fault(bound, detail));
    return true;
  }

  #fault(bound: Death["bound"], detail: string): ImageError {
    const { processorMs, memoryBytes } = this.job;
    switch (bound) {
      case "memory": {
        const text = `The image takes more than ${memoryBytes / mib} MiB to decode: send it smaller, as a baseline JPEG.`;
        return new ImageError("TooManyPixels", text);
      }
      case "processor": {
        const text = `The image takes more than ${seconds(processorMs)} of processor time to decode: send it smaller, as a baseline JPEG.`;
        return new ImageError("ClassificationTimeout", text);
      }
      case "time": {
        const text = `The image was not decoded within ${seconds(this.#mostWallMs)}: send it smaller, or try again later.`;
        return new ImageError("ClassificationTimeout", text);
      }
      case undefined: {
        const cause = new Error(`the decoder ended: ${detail}`);
        return new ImageError("CorruptImage", "The image crashes its decoder each time: it is damaged, or an attack.", {
          cause,
        });
      }
    }
  }
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1_000).toFixed(1))} s`;
}
