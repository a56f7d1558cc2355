import { StringDecoder } from "node:string_decoder";

/**
 * Maximum size of one log event in bytes; a longer line is split. CloudWatch Logs allows 1 MB including the envelope.
 */
const maxLineLength = 256 * 1024;

/** Splits a stream of bytes into lines. A carriage return within a line becomes a newline within the same log event. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #emit: (line: string) => void;
  #rest = "";

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    while (this.#rest.length > maxLineLength) {
      this.#line(this.#rest.slice(0, maxLineLength));
      this.#rest = this.#rest.slice(maxLineLength);
    }
  }

  end(): void {
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
  }

  #line(line: string): void {
    this.#emit(line.replace(/\r$/, "").replaceAll("\r", "\n"));
  }
}
