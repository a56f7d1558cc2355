/** Milliseconds that each phase of a start took, in order. */
export class StartPhases {
  readonly milliseconds: Record<string, number> = {};
  #last = performance.now();

  /** The phase that ran until now. */
  end(phase: string): void {
    const now = performance.now();
    this.milliseconds[phase] = Number((now - this.#last).toFixed(1));
    this.#last = now;
  }
}
