import { setTimeout as sleep } from "node:timers/promises";
import { mib } from "../../../contract/limits.ts";
import type { DecodedImage } from "../decode/decode.ts";
import { ImageError } from "../image-error.ts";
import { type Death, Decoder, type Outcome } from "./decoder.ts";
import { mostProcessorMs } from "./processor-time.ts";
import type { Job } from "./protocol.ts";

/** Bytes of memory that an image may take beyond those of an idle decoder. */
const memoryBytes = 512 * mib;

export interface PoolOptions {
  /** The decoder's program: an absolute path. */
  readonly module: string;
  /** Processes at once. */
  readonly size: number;
}

export interface DecodeOptions {
  readonly maxPixels: number;
  /** Side of the square that the model takes, in pixels. */
  readonly inputSize: number;
  /** Milliseconds of processor time. @default 5,000 */
  readonly processorMs?: number;
  /** Ends the work, wherever it is; the rejection has its reason. */
  readonly signal?: AbortSignal;
}

/** The decoder's program does not start: nothing can be decoded in this sandbox. */
export class DecoderUnavailable extends Error {
  constructor(detail: string) {
    super(`The decoder process does not start (${detail}). The image of this function is damaged: deploy it again.`);
    this.name = "DecoderUnavailable";
  }
}

interface Task {
  readonly image: Uint8Array;
  readonly job: Job;
  readonly resolve: (decoded: DecodedImage) => void;
  readonly reject: (reason: unknown) => void;
  /** Decoders that ended while they decoded it, for a reason that was not seen. */
  deaths: number;
  settled: boolean;
  /** Milliseconds since it was begun, as far as this process was awake. */
  wallMs: number;
}

interface Worker {
  readonly decoder: Decoder;
  /** The first is being decoded, a second is at hand so that the decoder never waits for this process. */
  readonly tasks: Task[];
  ready: boolean;
}

const tasksPerDecoder = 2;
const tickMs = 25;
/** A process that was frozen, asleep or busy between two ticks counts this much of the time: what passed was not the image's. */
const longestTickMs = 1_000;
/** An image may take this many times its processor time: its decoder waits for a processor, or for what never comes. */
const wallFactor = 4;
/** One process may end for a reason that lies outside of the image; the second time the image is to blame. */
const mostDeaths = 2;
const mostFailedStarts = 3;

/**
 * Decodes images in processes that can be ended: each does one image at a time, so that whatever an image does, its bounds
 * are its own, and so is its end. An image whose decoder ended for a reason that was not seen is decoded once more.
 */
export class DecoderPool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<Worker>();
  #queue: Task[] = [];
  #failedStarts = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #ticked = 0;
  #ready: { readonly promise: Promise<void>; resolve: () => void; reject: (error: Error) => void };

  constructor(options: PoolOptions) {
    this.#options = options;
    let resolve = (): void => {};
    let reject: (error: Error) => void = () => {};
    const promise = new Promise<void>((done, failed) => {
      resolve = done;
      reject = failed;
    });
    promise.catch(() => undefined);
    this.#ready = { promise, resolve, reject };
    this.#start();
  }

  /** When the first decoder can decode. @throws DecoderUnavailable */
  get ready(): Promise<void> {
    for (const { decoder } of this.#workers) decoder.hold(true);
    return this.#ready.promise.finally(() => this.#settle());
  }

  /** Process ids, for those who count memory. */
  get pids(): readonly number[] {
    return [...this.#workers].flatMap(({ decoder }) => decoder.pid ?? []);
  }

  /**
   * @throws ImageError "NotAnImage", "UnsupportedImageFormat", "TooManyPixels" (memory too), "CorruptImage",
   *   "ClassificationTimeout" (processor time, or it is stuck)
   * @throws DecoderUnavailable
   */
  async decode(image: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
    const { maxPixels, inputSize, processorMs = mostProcessorMs, signal } = options;
    signal?.throwIfAborted();
    return new Promise<DecodedImage>((resolve, reject) => {
      const job = { maxPixels, inputSize, processorMs, memoryBytes };
      const abort = (): void => this.#abort(task, signal?.reason);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          task.settled = true;
          signal?.removeEventListener("abort", abort);
          then(value);
        };
      const task: Task = {
        image,
        job,
        resolve: settle(resolve),
        reject: settle(reject),
        deaths: 0,
        settled: false,
        wallMs: 0,
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#queue.push(task);
      this.#pump();
    });
  }

  /** Ends all decoders; resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const workers = [...this.#workers];
    for (const { decoder } of workers) decoder.kill({ detail: "the pool was closed" });
    const left = [...this.#queue];
    this.#queue = [];
    for (const task of left) task.reject(new DecoderUnavailable("the pool was closed"));
    await Promise.race([
      Promise.all(workers.map(({ decoder }) => decoder.gone())),
      sleep(5_000, undefined, { ref: false }),
    ]);
  }

  #start(): Worker {
    const worker: Worker = {
      tasks: [],
      ready: false,
      decoder: new Decoder(this.#options.module, {
        onReady: () => {
          worker.ready = true;
          this.#failedStarts = 0;
          this.#ready.resolve();
          this.#beginFirst(worker);
          this.#settle();
        },
        onOutcome: (outcome) => this.#outcome(worker, outcome),
        onDeath: (death) => this.#died(worker, death),
      }),
    };
    this.#workers.add(worker);
    return worker;
  }

  #pump(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const worker = this.#leastBusy();
      if (!worker) break;
      const task = this.#queue.shift();
      if (!task || task.settled) continue;
      worker.tasks.push(task);
      worker.decoder.send(task.job, task.image);
      if (worker.tasks.length === 1) this.#beginFirst(worker);
    }
    this.#settle();
  }

  /** An idle decoder, else a new one, else one that has room for an image at hand. */
  #leastBusy(): Worker | undefined {
    const workers = [...this.#workers];
    const idle = workers.find(({ tasks }) => tasks.length === 0);
    if (idle) return idle;
    if (workers.length < this.#options.size) return this.#start();
    return workers.find(({ tasks }) => tasks.length < tasksPerDecoder);
  }

  #beginFirst(worker: Worker): void {
    const [first] = worker.tasks;
    if (first) first.wallMs = 0;
    if (worker.ready) worker.decoder.begin(first?.job);
    // It was given up while it waited behind another: the decoder would spend its time for nothing.
    if (first?.settled) worker.decoder.kill({ detail: "its image was given up" });
  }

  #outcome(worker: Worker, outcome: Outcome): void {
    const task = worker.tasks.shift();
    if (!task) return worker.decoder.kill({ detail: "it says more than it was asked" });
    this.#beginFirst(worker);
    this.#pump();
    if (task.settled) return;
    if (outcome.kind === "failed") return task.reject(new ImageError(outcome.code, outcome.message));
    const { width, height, pixels } = outcome;
    if (pixels.length === task.job.inputSize ** 2 * 3) return task.resolve({ width, height, pixels });
    task.reject(new ImageError("CorruptImage", "The image's decoder gave back something else than a picture."));
  }

  #died(worker: Worker, death: Death): void {
    this.#workers.delete(worker);
    if (this.#closed) {
      for (const task of worker.tasks) task.reject(new DecoderUnavailable("the pool was closed"));
      return;
    }
    const [first, ...others] = worker.tasks.filter(({ settled }) => !settled);
    const wasBegun = worker.ready && first === worker.tasks[0];
    if (!worker.ready) this.#failedStarts += 1;
    const again = first && !(wasBegun && this.#blame(first, death)) ? [first] : [];
    this.#queue.unshift(...again, ...others);
    if (this.#failedStarts >= mostFailedStarts) return this.#giveUp(death);
    // The next image should not wait for a start.
    if (this.#workers.size === 0) this.#start();
    this.#pump();
  }

  /** Whether the image is at fault, which it then gets to know. */
  #blame(task: Task, { bound, detail }: Death): boolean {
    const { processorMs, memoryBytes } = task.job;
    if (bound === "memory") {
      const text = `The image takes more than ${memoryBytes / mib} MiB to decode: send it smaller, as a baseline JPEG.`;
      task.reject(new ImageError("TooManyPixels", text));
    } else if (bound === "processor") {
      const text = `The image takes more than ${seconds(processorMs)} of processor time to decode: send it smaller, as a baseline JPEG.`;
      task.reject(new ImageError("ClassificationTimeout", text));
    } else if (bound === "time") {
      const text = `The image was not decoded within ${seconds(processorMs * wallFactor)}: send it smaller, or try again later.`;
      task.reject(new ImageError("ClassificationTimeout", text));
    } else {
      task.deaths += 1;
      if (task.deaths < mostDeaths) return false;
      const cause = new Error(`the decoder ended: ${detail}`);
      task.reject(
        new ImageError("CorruptImage", "The image ends its decoder each time: it is damaged, or an attack.", { cause }),
      );
    }
    return true;
  }

  #giveUp({ detail }: Death): void {
    const error = new DecoderUnavailable(detail);
    this.#failedStarts = 0;
    this.#ready.reject(error);
    const left = [...this.#queue];
    this.#queue = [];
    for (const task of left) task.reject(error);
  }

  #abort(task: Task, reason: unknown): void {
    task.reject(reason);
    this.#queue = this.#queue.filter((each) => each !== task);
    const worker = [...this.#workers].find(({ tasks }) => tasks[0] === task);
    worker?.decoder.kill({ detail: "its image was given up" });
  }

  /** The clock runs, and this process is kept alive, only while something is being decoded. */
  #settle(): void {
    const busy = [...this.#workers].some(({ tasks }) => tasks.length > 0);
    for (const { decoder, tasks } of this.#workers) decoder.hold(tasks.length > 0);
    if (busy && this.#timer === undefined) {
      this.#ticked = performance.now();
      this.#timer = setInterval(() => this.#tick(), tickMs);
      this.#timer.unref();
    } else if (!busy && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #tick(): void {
    const now = performance.now();
    const passed = Math.min(now - this.#ticked, longestTickMs);
    this.#ticked = now;
    for (const { decoder, tasks } of [...this.#workers]) {
      const [first] = tasks;
      if (!first) continue;
      first.wallMs += passed;
      if (first.wallMs > first.job.processorMs * wallFactor)
        decoder.kill({ bound: "time", detail: "its parent ended it" });
      else decoder.check();
    }
  }
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1_000).toFixed(1))} s`;
}
