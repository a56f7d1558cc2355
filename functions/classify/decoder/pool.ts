import { mib } from "../../../contract/limits.ts";
import { within } from "../../../lib/deadline.ts";
import type { DecodedImage } from "../decode/decode.ts";
import { type DecodeBounds, mostBounds } from "./bounds.ts";
import { type Death, Decoder, type Outcome } from "./decoder.ts";
import { Task } from "./task.ts";

/** Bytes of memory that an image may use in addition to those of an idle decoder. */
const memoryBytes = 512 * mib;

export interface PoolOptions {
  /** Absolute path of the decoder's program. */
  readonly module: string;
  /** Number of concurrent processes. */
  readonly size: number;
}

export interface DecodeOptions {
  readonly maxPixels: number;
  /** Side of the model's square input, in pixels. */
  readonly inputSize: number;
  /** @default 5 s of processor time, 20 s of wall-clock time */
  readonly bounds?: DecodeBounds;
  /** Aborts the work at any stage; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The decoder's program does not start, so nothing can be decoded in this sandbox. */
export class DecoderUnavailable extends Error {
  override readonly name = "DecoderUnavailable";
  constructor(detail: string) {
    super(
      `The decoder process does not start (${detail}). The container image of this function is damaged: deploy it again.`,
    );
  }
}

interface Worker {
  readonly decoder: Decoder;
  /** The first task is being decoded; a second one is queued so that the decoder never waits for this process. */
  readonly tasks: Task[];
  ready: boolean;
  /** Milliseconds since the decoder was started. Time during which this process was frozen does not count. */
  startMs: number;
}

const tasksPerDecoder = 2;
const tickMs = 25;
/** Maximum time counted between two ticks. The gap is longer only if this process was frozen, asleep or busy. */
const longestTickMs = 1_000;
const mostFailedStarts = 3;
/** A start takes 0.2 s on an idle machine. */
const longestStartMs = 15_000;

/**
 * Decodes images in processes that can be killed. Each decodes one image at a time, so that limits and failures affect only
 * that image. An image whose decoder ended for an unknown reason is decoded once more.
 */
export class DecoderPool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<Worker>();
  #queue: Task[] = [];
  #jobs = 0;
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

  /** Resolves when the first decoder is ready. @throws DecoderUnavailable */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Process ids, for measuring memory. */
  get pids(): readonly number[] {
    return [...this.#workers].flatMap(({ decoder }) => decoder.pid ?? []);
  }

  /** Number of images that are being decoded or wait for a decoder. */
  get decoding(): number {
    const given = [...this.#workers].flatMap(({ tasks }) => tasks);
    return [...given, ...this.#queue].filter(({ settled }) => !settled).length;
  }

  /**
   * @throws ImageError "NotAnImage", "UnsupportedImageFormat", "TooManyPixels" (memory too), "CorruptImage",
   *   "ClassificationTimeout" (processor time, or stuck)
   * @throws DecoderUnavailable
   */
  async decode(image: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
    const { maxPixels, inputSize, bounds = mostBounds, signal } = options;
    signal?.throwIfAborted();
    this.#jobs += 1;
    const { processorMs, wallMs } = bounds;
    const task = new Task(image, { id: this.#jobs, maxPixels, inputSize, processorMs, memoryBytes }, wallMs);
    const abort = (): void => this.#abort(task, signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#queue.push(task);
    this.#pump();
    try {
      return await task.result;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Kills all decoders; resolves when all of them are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const workers = [...this.#workers];
    for (const { decoder } of workers) decoder.kill({ detail: "the pool was closed" });
    const left = [...this.#queue];
    this.#queue = [];
    for (const task of left) task.reject(new DecoderUnavailable("the pool was closed"));
    await within(5_000, Promise.all(workers.map(({ decoder }) => decoder.gone())));
  }

  #start(): Worker {
    const worker: Worker = {
      tasks: [],
      ready: false,
      startMs: 0,
      decoder: new Decoder(this.#options.module, {
        onReady: () => {
          worker.ready = true;
          this.#failedStarts = 0;
          this.#ready.resolve();
          this.#beginFirst(worker);
          this.#settle();
        },
        onOutcome: (id, outcome) => this.#outcome(worker, id, outcome),
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

  /** An idle decoder, otherwise a new one, otherwise one with room in its queue. */
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
    // It was abandoned while it waited, so decoding it would waste time.
    if (first?.settled) worker.decoder.kill({ detail: "its image was given up" });
  }

  #outcome(worker: Worker, id: number, outcome: Outcome): void {
    const task = worker.tasks.shift();
    if (!task || task.job.id !== id) {
      worker.tasks.unshift(...(task ? [task] : []));
      worker.decoder.kill({ detail: "it sent an unsolicited message" });
      return;
    }
    this.#beginFirst(worker);
    this.#pump();
    if (!task.settled) task.take(outcome);
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
    const again = first && !(wasBegun && first.blame(death)) ? [first] : [];
    this.#queue.unshift(...again, ...others);
    if (this.#failedStarts >= mostFailedStarts) {
      this.#giveUp(death);
      return;
    }
    // So that the next image does not wait for a start.
    if (this.#workers.size === 0) this.#start();
    this.#pump();
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

  /** The timer runs, and keeps this process alive, only while an image is being decoded or a decoder starts. */
  #settle(): void {
    const busy = [...this.#workers].some(({ tasks, ready }) => tasks.length > 0 || !ready);
    for (const { decoder, tasks, ready } of this.#workers) decoder.hold(tasks.length > 0 || !ready);
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
    for (const worker of [...this.#workers]) {
      const { decoder, tasks, ready } = worker;
      const [first] = tasks;
      if (!ready) worker.startMs += passed;
      else if (first) first.wallMs += passed;
      if (worker.startMs > longestStartMs) decoder.kill({ detail: "it does not become ready" });
      else if (first?.isOverdue) {
        decoder.kill({ bound: "time", detail: "its parent ended it" });
      } else decoder.check();
    }
  }
}
