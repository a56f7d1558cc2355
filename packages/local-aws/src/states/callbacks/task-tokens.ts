import { AwsError } from "../../service.ts";
import { type Deferred, deferred } from "../deferred.ts";
import { isTaskToken } from "./task-token.ts";

/** A client's report on a waiting task. */
export type Word =
  | { readonly kind: "success"; readonly output: string }
  | { readonly kind: "failure"; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly kind: "heartbeat" };

/** A task that waits for reports from a client. */
export class WaitingTask {
  readonly #words: Word[] = [];
  readonly #recorded = deferred();
  #next: Deferred<void> | undefined;
  #ended = false;

  /** Whether the outcome of the task has already been reported. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Settles when the outcome of the task is on record, or when the task no longer waits. */
  get recorded(): Promise<void> {
    return this.#recorded.promise;
  }

  /** Waits for the next report. */
  async next(): Promise<Word> {
    for (;;) {
      const word = this.#words.shift();
      if (word !== undefined) return word;
      this.#next = deferred();
      await this.#next.promise;
    }
  }

  say(word: Word): void {
    if (word.kind !== "heartbeat") this.#ended = true;
    this.#words.push(word);
    this.#next?.resolve();
  }

  close(): void {
    this.#ended = true;
    this.#recorded.resolve();
  }
}

/** The tasks that wait for a callback, by token. */
export class TaskTokens {
  readonly #tasks = new Map<string, WaitingTask>();

  /** Registers a waiting task. The caller must close the task. */
  open(token: string): WaitingTask {
    const task = new WaitingTask();
    this.#tasks.set(token, task);
    void task.recorded.then(() => {
      if (this.#tasks.get(token) === task) this.#tasks.delete(token);
    });
    return task;
  }

  /**
   * Delivers a report to the task with a token. For an outcome, it returns once the outcome is on record. Throws
   * "InvalidToken" or "TaskTimedOut".
   */
  async send(token: string, word: Word): Promise<void> {
    if (!isTaskToken(token)) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
    const task = this.#tasks.get(token);
    if (task === undefined || task.ended) {
      throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    }
    task.say(word);
    if (word.kind !== "heartbeat") await task.recorded;
  }
}
