import type { ExecutionView } from "../../../contract/http.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start, type Target } from "../support/client.ts";

const imagesPerExecution = 20;
const executionsAtOnce = 2;

/** Starts executions continuously until it is ended. Each image has a unique URL. */
export class Traffic {
  readonly #target: Target;
  readonly #ended: ExecutionView[] = [];
  readonly #senders: Promise<void>[];
  #images = 0;
  #goesOn = true;

  constructor(target: Target) {
    this.#target = target;
    this.#senders = Array.from({ length: executionsAtOnce }, () => this.#send());
  }

  /** The executions that have ended so far. */
  get ended(): readonly ExecutionView[] {
    return this.#ended;
  }

  /** Number of images that were sent. */
  get images(): number {
    return this.#images;
  }

  /** Stops sending, and waits for the running executions. */
  async end(): Promise<readonly ExecutionView[]> {
    this.#goesOn = false;
    await Promise.all(this.#senders);
    return this.#ended;
  }

  async #send(): Promise<void> {
    while (this.#goesOn) {
      const first = this.#images;
      this.#images += imagesPerExecution;
      const images = Array.from(
        { length: imagesPerExecution },
        (_, at) => `${this.#target.url}/${sampleKey}?id=${first + at}`,
      );
      this.#ended.push(await finish(this.#target, await start(this.#target, images)));
    }
  }
}
