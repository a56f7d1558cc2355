import type { Branch } from "../branch.ts";
import { Cancelled, ExecutionError } from "../error.ts";
import type { Awaitable } from "../query/query.ts";

/**
 * Runs the branches of a Map or Parallel state, once per attempt, and records how the state itself ended: as succeeded,
 * or as failed once no retry is left.
 */
export class GroupEnd {
  readonly #branch: Branch;
  readonly #prefix: "MapState" | "ParallelState";
  #failed = false;

  constructor(branch: Branch, prefix: "MapState" | "ParallelState") {
    this.#branch = branch;
    this.#prefix = prefix;
  }

  /**
   * Performs the work that precedes the branches. A JSONata expression that fails here ends the state in the same way
   * as a failed branch.
   */
  async begin<Value>(work: () => Awaitable<Value>): Promise<Value> {
    this.#failed = false;
    try {
      return await work();
    } catch (error) {
      this.#failed = error instanceof ExecutionError && error.name === "States.QueryEvaluationError";
      throw error;
    }
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#failed = false;
    try {
      const value = await work();
      // In AWS's histories, the next event follows the branches' last event, like this one.
      const previous = this.#branch.previous;
      await this.#branch.record(`${this.#prefix}Succeeded`);
      this.#branch.follow(previous);
      return value;
    } catch (error) {
      this.#failed = !(error instanceof Cancelled);
      throw error;
    }
  }

  /** Records the failure, unless the error occurred elsewhere in the state. */
  async lost(): Promise<void> {
    if (this.#failed) await this.#branch.record(`${this.#prefix}Failed`);
  }
}
