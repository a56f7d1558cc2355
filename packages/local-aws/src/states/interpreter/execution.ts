import type { Definition } from "../asl/definition.ts";
import { payloadText } from "../data/json.ts";
import { type End, type EndStatus, endEvents, endOf } from "../history/end.ts";
import { byBranch, type Details, outputDetails } from "../history/event.ts";
import type { Journal } from "../history/journal.ts";
import { Branch, branchController } from "./branch.ts";
import { Cancelled, ExecutionError, StorageFailure } from "./error.ts";
import type { Run } from "./frame.ts";
import { runStates } from "./run-states.ts";

/**
 * A running execution. Its journal already contains the ExecutionStarted event and the events from before a restart, so
 * starting and resuming are the same operation.
 */
export class Execution {
  readonly run: Run;
  readonly journal: Journal;
  readonly #definition: Definition;
  readonly #timeoutSeconds: number | undefined;
  readonly #controller = branchController();
  readonly #onEnd: (end: End) => void;

  constructor(options: {
    readonly run: Run;
    readonly definition: Definition;
    readonly timeoutSeconds: number | undefined;
    readonly journal: Journal;
    readonly onEnd: (end: End) => void;
  }) {
    this.run = options.run;
    this.journal = options.journal;
    this.#definition = options.definition;
    this.#timeoutSeconds = options.timeoutSeconds;
    this.#onEnd = options.onEnd;
  }

  /** Runs until the execution ends, is stopped or is suspended. Never rejects. */
  async start(): Promise<void> {
    const timer = this.#watchTimeout();
    const root = new Branch(this.journal, "", 0, this.#controller.signal);
    try {
      await root.record("ExecutionStarted");
      // In AWS's histories, the first state also has no previous event.
      root.follow(0);
      const { input, inputText } = this.run;
      const { output, text } = await runStates(this.#definition, input, this.run, root, undefined, inputText);
      this.#end("SUCCEEDED", root.previous, outputDetails(text ?? payloadText(output, this.run.name)));
    } catch (error) {
      if (error instanceof StorageFailure) this.#suspendFor(error);
      else if (!(error instanceof Cancelled)) this.#fail(error, root.previous);
    } finally {
      this.#controller.abort(new Cancelled());
      await timer;
    }
  }

  /** Ends the execution as ABORTED, as StopExecution does. */
  async stop(details: Details): Promise<void> {
    await this.journal.replayed;
    // In AWS's histories, this event has no previous event.
    this.#end("ABORTED", 0, details);
  }

  /** Ends the execution as FAILED because of a problem outside the interpreter. */
  fail(error: ExecutionError): void {
    this.#fail(error, this.journal.last?.id ?? 0);
  }

  /** Stops without recording an end; a later process continues from the record. */
  suspend(): void {
    this.journal.close();
    this.#controller.abort(new Cancelled());
  }

  async #watchTimeout(): Promise<void> {
    if (this.#timeoutSeconds === undefined) return;
    const { startedAt, redrivenAt, clock } = this.run;
    // The execution did not run while the service was down, so only the time on record counts.
    const spent = Math.max(0, (this.journal.last?.timestamp ?? startedAt) - (redrivenAt ?? startedAt));
    try {
      await clock.sleep(this.#timeoutSeconds * 1_000 - spent, this.#controller.signal);
      await this.journal.replayed;
      this.#end("TIMED_OUT", this.journal.last?.id ?? 0, {});
    } catch (error) {
      if (!this.#controller.signal.aborted) throw error;
    }
  }

  #fail(error: unknown, previousEventId: number): void {
    const known =
      error instanceof ExecutionError
        ? error
        : new ExecutionError("States.Runtime", `The execution ended by an internal error: ${String(error)}`);
    this.#end("FAILED", previousEventId, known.details);
  }

  #end(status: EndStatus, previousEventId: number, details: Details): void {
    if (this.journal.closed) return;
    try {
      const aborted = status === "ABORTED" || status === "TIMED_OUT" ? this.#abortMapRuns() : undefined;
      const previous = (status === "TIMED_OUT" ? aborted : undefined) ?? previousEventId;
      const event = this.journal.append("", endEvents[status], previous, details, true);
      this.suspend();
      this.#onEnd(endOf(status, event.timestamp, details));
    } catch (error) {
      this.#suspendFor(error);
    }
  }

  /**
   * Records that the Map Runs in progress were aborted with this execution, and returns the id of the last such event.
   */
  #abortMapRuns(): number | undefined {
    let last: number | undefined;
    for (const [branch, entries] of byBranch(this.journal.entries)) {
      const started = entries.findLast(({ event }) => event.type === "MapRunStarted");
      if (started === undefined || !this.run.mapRuns.running(String(started.event.details?.["mapRunArn"]))) continue;
      last = this.journal.append(branch, "MapRunAborted", entries.at(-1)?.event.id ?? 0, undefined, true).id;
    }
    return last;
  }

  #suspendFor(error: unknown): void {
    this.suspend();
    console.error(`The execution "${this.run.arn}" is suspended until the service starts again: ${String(error)}`);
  }
}
