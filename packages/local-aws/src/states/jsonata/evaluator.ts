import { Worker } from "node:worker_threads";
import { type Json, type JsonObject, parseJson } from "../data/json.ts";

/** Expressions that are evaluated in order with the same variables, random seed and time. */
export interface Evaluation {
  readonly expressions: readonly string[];
  /** Values by name without "$": `states`, and the variables of the execution. */
  readonly bindings: JsonObject;
  /** Seed of the random numbers; the same seed gives the same numbers. */
  readonly seed: string;
  /** The time that `$now` and `$millis` return, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * The result of an expression. `nothing`: JSONata's undefined. `unsupported`: the result contains a function. An error
 * without a code means that a limit was exceeded.
 */
export type Evaluated =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "nothing" | "unsupported" }
  | { readonly kind: "error"; readonly message: string; readonly code?: string };

/** Evaluates expressions up to the first one without a value; the list of results ends with that one. */
export type Evaluate = (evaluation: Evaluation) => Promise<readonly Evaluated[]>;

interface Job extends Evaluation {
  readonly results: Evaluated[];
  resolve(results: readonly Evaluated[]): void;
  reject(error: Error): void;
}

type Message =
  | { readonly ready: true }
  | {
      readonly id: number;
      readonly result: Exclude<Evaluated, { kind: "value" }> | { readonly kind: "value"; readonly text: string };
    };

export interface Bounds {
  /** Maximum nesting depth of an evaluation: 100, as measured on AWS. */
  readonly mostDepth: number;
  /** Maximum size of a value in bytes: 6,990,256, as measured on AWS. */
  readonly mostBytes: number;
  /** Time limit of an expression, which the thread itself enforces. */
  readonly milliseconds: number;
  /**
   * Time limit after which the thread is terminated, for an expression that blocks the thread, such as a regular
   * expression.
   */
  readonly hardMilliseconds: number;
}

const usual: Bounds = { mostDepth: 100, mostBytes: 6_990_256, milliseconds: 2_000, hardMilliseconds: 4_000 };
/** Time limit for the start of the thread; a thread that has not started by then never will. */
const startMilliseconds = 60_000;
const memory = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 } as const;

/** Evaluates JSONata in a worker thread, one job at a time, so that no expression can block the service. */
export class JsonataEvaluator {
  readonly #bounds: Bounds;
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #jobs = 0;

  constructor(bounds: Partial<Bounds> = {}) {
    this.#bounds = { ...usual, ...bounds };
  }

  /** Evaluates a job. Rejects if the evaluator is closed. */
  readonly evaluate: Evaluate = (evaluation) =>
    new Promise((resolve, reject) => {
      if (this.#closed) reject(closed());
      this.#queue.push({ ...evaluation, results: [], resolve, reject });
      this.#next();
    });

  /** Terminates the thread and rejects waiting callers. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [this.#current, ...this.#queue.splice(0)]) job?.reject(closed());
    this.#current = undefined;
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) {
      this.#worker?.unref();
      return;
    }
    this.#current = job;
    this.#jobs += 1;
    const worker = this.#worker ?? this.#start();
    worker.ref();
    this.#watch();
    const { expressions, bindings, seed, now } = job;
    worker.postMessage({ id: this.#jobs, expressions, bindings, seed, now });
  }

  #start(): Worker {
    const { mostDepth, mostBytes, milliseconds } = this.#bounds;
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: { mostDepth, mostBytes, milliseconds },
      resourceLimits: memory,
      execArgv: [],
      env: {},
    });
    this.#worker = worker;
    this.#ready = false;
    worker.on("message", (message: Message) => {
      if (worker === this.#worker) this.#take(message);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      const message = outOfMemory
        ? "Expression evaluation memory limit exceeded: Check for excessive memory usage"
        : `The thread that evaluates JSONata ended: ${error.message}`;
      this.#lose(worker, message);
    });
    worker.on("exit", () => this.#lose(worker, "The thread that evaluates JSONata ended."));
    return worker;
  }

  #take(message: Message): void {
    if ("ready" in message) {
      this.#ready = true;
      this.#watch();
      return;
    }
    const job = this.#current;
    if (job === undefined || message.id !== this.#jobs) return;
    const { result } = message;
    job.results.push(result.kind === "value" ? { kind: "value", value: parseJson(result.text) } : result);
    if (result.kind === "value" && job.results.length < job.expressions.length) this.#watch();
    else this.#settle(job);
  }

  /** Starts the time limit of the current expression. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#current === undefined) return;
    this.#timer = setTimeout(
      () => {
        const worker = this.#worker;
        if (worker === undefined) return;
        this.#lose(worker, "Expression evaluation timeout: Check for infinite loop");
        void worker.terminate();
      },
      this.#ready ? this.#bounds.hardMilliseconds : startMilliseconds,
    );
  }

  /** Handles the loss of the thread: the current expression fails, and the next job starts a new thread. */
  #lose(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const job = this.#current;
    if (job === undefined) return;
    job.results.push({ kind: "error", message });
    this.#settle(job);
  }

  #settle(job: Job): void {
    clearTimeout(this.#timer);
    this.#current = undefined;
    job.resolve(job.results);
    this.#next();
  }
}

function closed(): Error {
  return new Error("The service is shutting down: no expression is evaluated.");
}
