import type { HistoryEvent } from "./history/event.ts";
import type { StatesOptions } from "./options.ts";
import { statusChange } from "./status-change.ts";
import type { ExecutionRecord } from "./store/execution-store.ts";

/** Reports the changes of executions to EventBridge, each before its record is complete. */
export class StatusReports {
  readonly #report: StatesOptions["onStatusChange"];
  readonly #history: (arn: string) => readonly HistoryEvent[];
  readonly #pending = new Set<Promise<void>>();

  constructor(report: StatesOptions["onStatusChange"], history: (arn: string) => readonly HistoryEvent[]) {
    this.#report = report;
    this.#history = history;
  }

  /**
   * Calls `then` once the event has been taken, immediately if nothing wants it, and never if the service closes first:
   * the next process reports it again. Child executions of Map Runs are not reported: their events name another machine.
   */
  report(record: ExecutionRecord, then: () => void = () => {}): void {
    const taken =
      this.#report && record.mapRun === undefined
        ? this.#report(statusChange(record, this.#history(record.arn)))
        : undefined;
    if (taken === undefined) {
      then();
      return;
    }
    const pending = taken.then(then, () => {}).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  /** Resolves when no event is being handed over. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
