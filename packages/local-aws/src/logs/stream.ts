import { appendFileSync, closeSync, openSync, readSync, statSync } from "node:fs";
import { formatEvent, type LogEvent, parseEvent } from "./event-file.ts";

/** Bytes of one stream that may be buffered; beyond this, the writer waits. */
const maxPendingBytes = 64 * 1024;
const flushMs = 20;
/** Bytes that are read at the start and at the end of a file to find its first and last event. */
const edgeBytes = 64 * 1024;

/** A log stream: an append-only file, and the metadata that the API returns without reading the file. */
export class Stream {
  readonly name: string;
  readonly file: string;
  firstTimestamp: number | undefined;
  lastTimestamp: number | undefined;
  lastIngestion: number | undefined;
  bytes = 0;
  #pending: string[] = [];
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  readonly #onLoss: (message: string) => void;

  constructor(name: string, file: string, onLoss: (message: string) => void) {
    this.name = name;
    this.file = file;
    this.#onLoss = onLoss;
    this.#resume();
  }

  write(timestamp: number, message: string): void {
    this.firstTimestamp ??= timestamp;
    this.lastTimestamp = timestamp;
    this.lastIngestion = Date.now();
    this.#push(formatEvent(timestamp, message));
  }

  /** Writes buffered events to the file. A full disk loses log lines but does not stop the service. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending.join("");
    this.#pending = [];
    this.#pendingBytes = 0;
    if (text === "") return;
    try {
      appendFileSync(this.file, text);
      this.bytes += Buffer.byteLength(text);
    } catch (error) {
      this.#onLoss(`Log stream "${this.name}" lost ${text.length} characters: ${(error as Error).message}`);
    }
  }

  /** Continues the file of an earlier process, whose last line may be incomplete. */
  #resume(): void {
    const known = statSync(this.file, { throwIfNoEntry: false });
    if (!known || known.size === 0) return;
    this.bytes = known.size;
    const head = eventsIn(this.file, 0);
    const tail = eventsIn(this.file, Math.max(0, known.size - edgeBytes));
    this.firstTimestamp = head.events[0]?.timestamp ?? 0;
    this.lastTimestamp = tail.events.at(-1)?.timestamp ?? known.mtimeMs;
    this.lastIngestion = tail.events.at(-1)?.ingestionTime ?? known.mtimeMs;
    if (!tail.complete) this.#push("\n");
  }

  #push(text: string): void {
    this.#pending.push(text);
    this.#pendingBytes += text.length;
    if (this.#pendingBytes > maxPendingBytes) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMs);
  }
}

/**
 * Returns the events that are completely within one block of the file from an offset on, and whether the block ends
 * with a complete line.
 */
function eventsIn(file: string, from: number): { readonly events: readonly LogEvent[]; readonly complete: boolean } {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(edgeBytes);
    const text = buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, edgeBytes, from));
    const events = text.split("\n").flatMap((line) => parseEvent(line, from) ?? []);
    return { events, complete: text.endsWith("\n") };
  } finally {
    closeSync(descriptor);
  }
}
