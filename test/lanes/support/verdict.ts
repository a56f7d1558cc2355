/** Collects the claims of a lane, prints each as it is judged, and the line that counts them at the end. */
export class Verdict {
  #passed = 0;
  #failed = 0;

  claim(title: string, holds: boolean, detail = ""): void {
    if (holds) this.#passed += 1;
    else this.#failed += 1;
    console.log(`${holds ? "ok    " : "FAILED"} ${title}${detail === "" ? "" : `: ${detail}`}`);
  }

  /** Runs one claim; an error it throws is its failure. */
  async check(title: string, judge: () => Promise<string | undefined>): Promise<void> {
    try {
      this.claim(title, true, (await judge()) ?? "");
    } catch (error) {
      this.claim(title, false, error instanceof Error ? error.message : String(error));
    }
  }

  /** Prints the count and sets the exit code: failed, or nothing judged, is not zero. */
  close(): void {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed > 0 || this.#passed === 0 ? 1 : 0;
  }
}
