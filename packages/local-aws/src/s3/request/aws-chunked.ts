import { invalid } from "../error.ts";

/** Maximum length of a chunk header or trailer line; a longer line is not aws-chunked. */
const maxLine = 8_192;

/**
 * Decodes `Content-Encoding: aws-chunked`: `SIZE[;chunk-signature=…]` CRLF, the bytes, CRLF, a chunk of size zero, then
 * trailers, which are passed to `onTrailer`. Chunk signatures are not verified, but the checksum in the trailer is.
 * @throws AwsError "IncompleteBody"
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  for (;;) {
    const line = await reader.line();
    const [hex = ""] = line.split(";");
    if (!/^[0-9a-fA-F]{1,10}$/.test(hex)) throw invalid("IncompleteBody", `"${hex}" is not the size of a chunk.`);
    let left = Number.parseInt(hex, 16);
    if (left === 0) break;
    while (left > 0) {
      const bytes = await reader.atMost(left);
      left -= bytes.length;
      yield bytes;
    }
    if ((await reader.line()) !== "") throw invalid("IncompleteBody", "A chunk is longer than its header says.");
  }
  for (let line = await reader.lineOrEnd(); line !== undefined && line !== ""; line = await reader.lineOrEnd()) {
    const colon = line.indexOf(":");
    if (colon > 0) onTrailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const line = await this.lineOrEnd();
    if (line === undefined) throw invalid("IncompleteBody", "The body ends in the middle of a chunk.");
    return line;
  }

  async lineOrEnd(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#buffer.subarray(0, end).toString("latin1");
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (this.#buffer.length > maxLine) throw invalid("IncompleteBody", "A chunk header is too long.");
      if (!(await this.#more())) return this.#buffer.length === 0 ? undefined : this.#rest();
    }
  }

  async atMost(bytes: number): Promise<Uint8Array> {
    if (this.#buffer.length === 0 && !(await this.#more())) {
      throw invalid("IncompleteBody", "The body ends in the middle of a chunk.");
    }
    const taken = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  #rest(): string {
    const line = this.#buffer.toString("latin1");
    this.#buffer = Buffer.alloc(0);
    return line;
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#buffer, next.value]);
    return true;
  }
}
