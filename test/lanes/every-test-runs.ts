import type { Reporter, SerializedError, TestModule, TestRunEndReason, Vitest } from "vitest/node";

/** Fails a run in which no test ran, or a test was skipped for a reason other than a title filter. */
export class EveryTestRuns implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: readonly SerializedError[], _reason: TestRunEndReason): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped");
    if (tests.length === skipped.length) this.#fail(`no test ran (${tests.length} were found)`);
    else if (skipped.length > 0 && this.#vitest?.config.testNamePattern === undefined) {
      this.#fail(`${skipped.length} tests were skipped: ${skipped.map(({ fullName }) => fullName).join("; ")}`);
    }
  }

  #fail(problem: string): void {
    console.error(`\n${problem}: a lane that cannot run fails.`);
    process.exitCode = 1;
  }
}
