/** Collects the parts of a file that a decoder gets. Adjacent parts are merged, and a complete file is not copied. */
export class Parts {
  readonly #source: Buffer;
  readonly #made: Buffer[] = [];
  /** The current range. */
  #from = 0;
  #to = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  /** Keeps these bytes of the source. */
  keep(from: number, to: number): void {
    if (from !== this.#to) {
      this.#close();
      this.#from = from;
    }
    this.#to = Math.min(to, this.#source.length);
  }

  /** Inserts bytes that are not in the source. */
  put(bytes: Buffer): void {
    this.#close();
    this.#made.push(bytes);
    this.#from = this.#to = -1;
  }

  get bytes(): Buffer {
    if (this.#made.length === 0 && this.#from === 0 && this.#to === this.#source.length) return this.#source;
    this.#close();
    return Buffer.concat(this.#made);
  }

  #close(): void {
    if (this.#to > this.#from) this.#made.push(this.#source.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}
