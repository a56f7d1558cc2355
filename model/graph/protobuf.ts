/**
 * A protobuf message under construction, with the few wire types that a SavedModel uses. Field numbers are
 * TensorFlow's.
 */
export class Message {
  readonly #chunks: Uint8Array[] = [];

  integer(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, 5);
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#chunks.push(bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array | string): this {
    const content = typeof value === "string" ? Buffer.from(value) : value;
    this.#tag(field, 2);
    this.#varint(BigInt(content.length));
    this.#chunks.push(content);
    return this;
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt((field << 3) | wireType));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    do {
      const more = rest > 0x7fn;
      bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
      rest >>= 7n;
    } while (rest > 0n);
    this.#chunks.push(Uint8Array.from(bytes));
  }
}
