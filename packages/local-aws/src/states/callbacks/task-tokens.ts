import { AwsError } from "../../service.ts";
import { type Deferred, deferred } from "../deferred.ts";
import { isTaskToken } from "./task-token.ts";

/** What a client says about a task that waits for it. */
export type Word =
  | { readonly kind: "success"; readonly output: string }
  | { readonly kind: "failure"; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly kind: "heartbeat" };

/** A task that waits for what a client says. */
export class WaitingTask {
  readonly #words: Word[] = [];
  readonly #recorded = deferred();
  #next: Deferred<void> | undefined;
  #ended = false;

  /** Whether its end was said already. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Settles once the end of the task is on record, or the task waits no longer. */
  get recorded(): Promise<void> {
    return this.#recorded.promise;
  }

  /** The next word, when it is said. */
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

/** The tasks that wait for a callback, by their tokens. */
export class TaskTokens {
  readonly #tasks = new Map<string, WaitingTask>();

  /** Puts a task on the list; whoever does closes it. */
  open(token: string): WaitingTask {
    const task = new WaitingTask();
    this.#tasks.set(token, task);
    void task.recorded.then(() => {
      if (this.#tasks.get(token) === task) this.#tasks.delete(token);
    });
    return task;
  }

  /**
   * Sends an outcome or heartbeat to the task of a token, and returns once it is recorded. Throws "InvalidToken",
   * "TaskTimedOut".
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
