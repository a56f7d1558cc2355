/** Reads bits, highest first. Bits past the end are 0. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** uvlc(): n zeros, a one, and n bits (AV1 specification, 4.10.3). */
  skipVariable(): void {
    let zeros = 0;
    while (zeros < 32 && !this.flag()) zeros += 1;
    this.read(zeros);
  }
}

const sequenceHeader = 1;

/**
 * Maximum number of pixels of a frame according to the sequence headers of an AV1 stream. A decoder allocates this many,
 * whatever the container declares. 0 without such a header. (AV1 specification, 5.3 to 5.5.)
 */
export function largestFrame(stream: Uint8Array): number {
  let largest = 0;
  let at = 0;
  while (at < stream.length) {
    const header = stream[at] ?? 0;
    const hasExtension = (header & 4) !== 0;
    const hasSize = (header & 2) !== 0;
    at += hasExtension ? 2 : 1;
    const { value: size, bytes } = hasSize ? leb128(stream, at) : { value: stream.length - at, bytes: 0 };
    at += bytes;
    if (((header >> 3) & 15) === sequenceHeader) largest = Math.max(largest, frameOf(stream.subarray(at, at + size)));
    at += size;
  }
  return largest;
}

function leb128(stream: Uint8Array, at: number): { readonly value: number; readonly bytes: number } {
  let value = 0;
  for (let bytes = 0; bytes < 8; bytes++) {
    const byte = stream[at + bytes] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * bytes);
    if (byte < 0x80) return { value, bytes: bytes + 1 };
  }
  return { value, bytes: 8 };
}

/** sequence_header_obu() up to the size of its frames. */
function frameOf(payload: Uint8Array): number {
  const bits = new Bits(payload);
  bits.read(4);
  if (bits.flag()) bits.read(5);
  else skipOperatingPoints(bits);
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1];
  return (bits.read(widthBits) + 1) * (bits.read(heightBits) + 1);
}

function skipOperatingPoints(bits: Bits): void {
  let delayBits: number | undefined;
  if (bits.flag()) {
    bits.read(64);
    if (bits.flag()) bits.skipVariable();
    if (bits.flag()) {
      delayBits = bits.read(5) + 1;
      bits.read(42);
    }
  }
  const displayDelay = bits.flag();
  const points = bits.read(5) + 1;
  for (let point = 0; point < points; point++) {
    bits.read(12);
    if (bits.read(5) > 7) bits.read(1);
    if (delayBits !== undefined && bits.flag()) bits.read(2 * delayBits + 1);
    if (displayDelay && bits.flag()) bits.read(4);
  }
}
