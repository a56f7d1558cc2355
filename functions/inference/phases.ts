/** Measures the phases of a start in milliseconds, in order. */
export class StartPhases {
  readonly milliseconds: Record<string, number> = {};
  #last = performance.now();

  /** Ends the current phase and names it. */
  end(phase: string): void {
    const now = performance.now();
    this.milliseconds[phase] = Number((now - this.#last).toFixed(1));
    this.#last = now;
  }
}
