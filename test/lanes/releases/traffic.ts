import type { ExecutionView } from "../../../contract/http.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start, type Target } from "../support/client.ts";

const imagesPerExecution = 20;
const executionsAtOnce = 2;

/** Executions that go on until they are ended; each image has a URL that no other one has. */
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

  /** Executions that have ended so far. */
  get ended(): readonly ExecutionView[] {
    return this.#ended;
  }

  /** Images that were sent. */
  get images(): number {
    return this.#images;
  }

  /** Sends no more, and waits for what runs. */
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
