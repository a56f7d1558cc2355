import type { Writable } from "node:stream";

/**
 * The frames between the function and its decoder: two lengths (unsigned 32 bit, little-endian), a JSON header of the
 * first length, and a body of the second length. Pictures are not encoded.
 */
export interface Frame {
  readonly header: unknown;
  readonly body: Buffer;
}

export interface FrameLimits {
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/** The other side violates the protocol, so nothing that follows can be parsed. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

const prefixBytes = 8;

/** The parts of a frame, in order; the body is not copied. */
export function frameParts(header: object, body: Uint8Array = new Uint8Array()): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(body.length, 4);
  const head = Buffer.concat([prefix, text]);
  return body.length === 0 ? [head] : [head, body];
}

/** Writes a frame as a whole, so that the other side does not wake for its header alone. */
export function writeFrame(channel: Writable, header: object, body?: Uint8Array): void {
  channel.cork();
  for (const part of frameParts(header, body)) channel.write(part);
  channel.uncork();
}

/** Reassembles frames from the chunks that a socket delivers. */
export class FrameReader {
  readonly #limits: FrameLimits;
  #prefix = Buffer.alloc(prefixBytes);
  /** The current frame, allocated once its lengths are known. */
  #content: Buffer | undefined;
  #headerBytes = 0;
  #filled = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /**
   * The frames that this chunk completes. The chunk is copied, so it may be reused.
   * @throws FrameError for lengths above the limits, or a header that is not JSON
   */
  push(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const target = this.#content ?? this.#prefix;
      const copied = rest.copy(target, this.#filled);
      this.#filled += copied;
      rest = rest.subarray(copied);
      if (this.#filled < target.length) break;
      this.#filled = 0;
      if (this.#content === undefined) this.#begin();
      else frames.push(this.#finish(this.#content));
    }
    return frames;
  }

  #begin(): void {
    const headerBytes = this.#prefix.readUInt32LE(0);
    const bodyBytes = this.#prefix.readUInt32LE(4);
    if (headerBytes === 0 || headerBytes > this.#limits.headerBytes || bodyBytes > this.#limits.bodyBytes) {
      throw new FrameError(`A frame of ${headerBytes} and ${bodyBytes} bytes is not part of the decoder's protocol.`);
    }
    this.#headerBytes = headerBytes;
    this.#content = Buffer.allocUnsafeSlow(headerBytes + bodyBytes);
  }

  #finish(content: Buffer): Frame {
    this.#content = undefined;
    const text = content.toString("utf8", 0, this.#headerBytes);
    try {
      return { header: JSON.parse(text), body: content.subarray(this.#headerBytes) };
    } catch (cause) {
      throw new FrameError("The header of a frame is not JSON.", { cause });
    }
  }
}
