/** Values by name, of which only the ones used most recently are kept. */
export class Recent<T> {
  readonly #most: number;
  readonly #values = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a name, made on first use. */
  get(name: string, make: () => T): T {
    const value = this.#values.get(name) ?? make();
    this.set(name, value);
    return value;
  }

  find(name: string): T | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: T): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#most) return;
      this.#values.delete(oldest);
    }
  }
}
