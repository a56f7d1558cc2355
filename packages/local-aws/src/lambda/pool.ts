import type { FunctionResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import type { Fleet, Member } from "./fleet.ts";
import type { Answer, Call, Instance } from "./instance/instance.ts";
import { sandboxesOf } from "./machine.ts";
import { TooManyRequests } from "./throttle.ts";

export interface PoolOptions {
  readonly definition: FunctionResource;
  readonly fleet: Fleet;
  readonly create: (onDeath: (instance: Instance) => void) => Instance;
  /** Milliseconds after which an idle sandbox ends. */
  readonly idleMs: number;
}

interface Waiter {
  readonly take: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Maximum number of calls that wait for an instance. The Invoke API itself queues no calls, so this only has to be
 * finite.
 */
const mostWaiting = 10_000;

/**
 * The instances of one version of a function. Warm instances are used first; calls beyond the machine's capacity wait
 * in order of arrival.
 */
export class Pool implements Member {
  readonly definition: FunctionResource;
  readonly concurrency: number;
  readonly #options: PoolOptions;
  readonly #instances = new Set<Instance>();
  readonly #ending = new Set<Instance>();
  /** Longest idle first. Calls use the most recently idle instance, so that the others reach their idle timeout. */
  #idle: { readonly instance: Instance; readonly since: number; readonly timer: NodeJS.Timeout }[] = [];
  readonly #waiting: Waiter[] = [];
  #running = 0;
  #retired = false;
  #drain: () => void = () => undefined;
  readonly #drained = new Promise<void>((resolve) => {
    this.#drain = resolve;
  });
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.definition = options.definition;
    this.concurrency = sandboxesOf(options.definition.memorySizeMb, options.fleet.machine);
    options.fleet.add(this);
  }

  get memorySizeMb(): number {
    return this.definition.memorySizeMb;
  }
  get size(): number {
    return this.#instances.size;
  }
  get running(): number {
    return this.#running;
  }
  get waiting(): number {
    return this.#waiting.length;
  }
  get idleSince(): number | undefined {
    return this.#idle[0]?.since;
  }

  /**
   * Runs a call, after waiting for a free slot if necessary; aborting a waiting call removes it from the queue.
   * @throws TooManyRequests if the reserved concurrency is exhausted or too many calls are waiting
   */
  async invoke(call: Call, signal?: AbortSignal): Promise<Answer> {
    this.#throttle();
    await this.#place(signal);
    let instance: Instance | undefined;
    try {
      instance = this.#take();
      return await instance.invoke(call).finally(() => {
        // If this process is shutting down, the result of the call is not the function's own.
        if (this.#closed) throw closing();
      });
    } finally {
      this.#running -= 1;
      if (instance) this.#giveBack(instance);
      this.#waiting.shift()?.take();
      this.#settleRetirement();
    }
  }

  /**
   * Call this when a newer version has replaced this one: finishes running and waiting calls, then ends all instances.
   */
  async retire(): Promise<void> {
    this.#retired = true;
    while (this.#idle.length > 0) this.evictOne();
    this.#settleRetirement();
    await this.#drained;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(closing());
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all([...this.#instances, ...this.#ending].map((instance) => instance.end()));
    this.#instances.clear();
    this.#options.fleet.remove(this);
  }

  evictOne(): void {
    const oldest = this.#idle.shift();
    if (oldest) this.#drop(oldest.instance, oldest.timer);
  }

  #throttle(): void {
    const { name, reservedConcurrency } = this.definition;
    const inFlight = this.#running + this.#waiting.length;
    if (this.#closed) throw closing();
    if (reservedConcurrency >= 0 && inFlight >= reservedConcurrency) {
      const message = `Rate Exceeded. Function "${name}" has reserved concurrency ${reservedConcurrency}, and ${inFlight} calls run.`;
      throw new TooManyRequests("ReservedFunctionConcurrentInvocationLimitExceeded", message);
    }
    if (this.#waiting.length >= mostWaiting) {
      const message = `Rate Exceeded. ${mostWaiting} calls of function "${name}" wait for this machine already.`;
      throw new TooManyRequests("ConcurrentInvocationLimitExceeded", message);
    }
  }

  /** Waits for a free slot, first come, first served. */
  async #place(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.concurrency) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        take: () => {
          signal?.removeEventListener("abort", leave);
          this.#running += 1;
          resolve();
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #take(): Instance {
    const warm = this.#idle.pop();
    if (warm) {
      clearTimeout(warm.timer);
      return warm.instance;
    }
    if (this.#closed) throw closing();
    this.#options.fleet.makeRoom(this.memorySizeMb);
    const instance = this.#options.create((dead) => this.#drop(dead));
    this.#instances.add(instance);
    return instance;
  }

  #giveBack(instance: Instance): void {
    if (instance.dead) this.#instances.delete(instance);
    else if (this.#closed || (this.#retired && this.#waiting.length === 0)) this.#drop(instance);
    else {
      const timer = setTimeout(() => this.#drop(instance), this.#options.idleMs);
      timer.unref();
      this.#idle.push({ instance, since: performance.now(), timer });
    }
  }

  #drop(instance: Instance, timer?: NodeJS.Timeout): void {
    const idle = this.#idle.find((entry) => entry.instance === instance);
    clearTimeout(timer ?? idle?.timer);
    this.#idle = this.#idle.filter((entry) => entry !== idle);
    this.#instances.delete(instance);
    this.#ending.add(instance);
    void instance.end().finally(() => this.#ending.delete(instance));
  }

  #settleRetirement(): void {
    if (this.#retired && this.#running === 0 && this.#waiting.length === 0) void this.close().then(this.#drain);
  }
}

function closing(): AwsError {
  return new AwsError("ServiceException", "Lambda is shutting down on this machine.", 500);
}
