import { randomBytes } from "node:crypto";
import type { LogSink } from "../../service.ts";

const tailBytes = 4 * 1024;

/** The log stream of one instance. An invocation can also request the tail of its log. */
export class InstanceLog {
  readonly stream: string;
  readonly #group: string;
  readonly #sink: LogSink;
  #tail: string[] = [];
  #tailLength = 0;
  /** An instance whose role may not write logs still runs, but without a log. */
  #permitted = true;

  constructor(sink: LogSink, group: string, version: string) {
    this.#sink = sink;
    this.#group = group;
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    this.stream = `${day}/[${version}]${randomBytes(16).toString("hex")}`;
  }

  forbid(): void {
    this.#permitted = false;
  }

  line(message: string): void {
    if (this.#permitted) this.#sink.write(this.#group, this.stream, [{ timestamp: Date.now(), message }]);
    this.#tail.push(message);
    this.#tailLength += message.length + 1;
    while (this.#tail.length > 1 && this.#tailLength - (this.#tail[0]?.length ?? 0) - 1 >= tailBytes) {
      this.#tailLength -= (this.#tail.shift()?.length ?? 0) + 1;
    }
  }

  beginTail(): void {
    this.#tail = [];
    this.#tailLength = 0;
  }

  /** Returns the last 4 KiB written since `beginTail`. */
  tail(): string {
    return Buffer.from(`${this.#tail.join("\n")}\n`)
      .subarray(-tailBytes)
      .toString("utf8");
  }
}
