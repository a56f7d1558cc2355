import { Transform, type TransformCallback } from "node:stream";
import zlib, { type InflateRaw, type Inflate as ZlibInflate } from "node:zlib";

/**
 * The coding "deflate": in zlib's format, as the standard requires (RFC 9110, 8.4.1.2), or raw, as many servers send
 * it. The first two bytes show which it is (RFC 1950, 2.2).
 */
export class Inflate extends Transform {
  #inner: ZlibInflate | InflateRaw | undefined;
  #head = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#inner) {
      this.#inner.write(chunk, done);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length < 2) done();
    else this.#begin().write(this.#head, done);
  }

  override _flush(done: TransformCallback): void {
    const inner = this.#inner ?? this.#begin();
    inner.once("end", () => done());
    if (this.#head.length < 2) inner.end(this.#head);
    else inner.end();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner?.destroy();
    done(error);
  }

  #begin(): ZlibInflate | InflateRaw {
    const isZlib =
      this.#head.length >= 2 && (this.#head.readUInt8(0) & 15) === 8 && this.#head.readUInt16BE(0) % 31 === 0;
    const inner = isZlib ? zlib.createInflate() : zlib.createInflateRaw();
    inner.on("data", (chunk: Buffer) => {
      this.push(chunk);
    });
    inner.on("error", (error) => this.destroy(error));
    this.#inner = inner;
    return inner;
  }
}
