import { detail, type HistoryEvent } from "./event.ts";
import { groupEvent, nearest, type Position, readGroup, readIteration } from "./history-group.ts";
import type { Failure, RunStatus, StateRun } from "./run.ts";
import { beginAttempt, endRun, endRuns, fail, failureOf, openScope } from "./run-life.ts";

const attemptBegun = /^(Task|LambdaFunction|Activity)Scheduled$/;
const attemptStarted = /^(Task|LambdaFunction|Activity)Started$/;
const attemptOver = /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut|Aborted)$/;
const attemptFailed =
  /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$|^MapRunFailed$/;

/**
 * The runs of states in a history: which states were entered, in which iteration or branch, and with which status.
 * Events are appended as they arrive. The cost of an event does not depend on the number of earlier events.
 */
export class History {
  readonly #places: Position[] = [];
  readonly #runOfEvent: (StateRun | undefined)[] = [];
  readonly events: HistoryEvent[] = [];
  /** Every run of every state, in the order in which they were entered. */
  readonly runs: StateRun[] = [];
  status: RunStatus = "running";
  startedAt = 0;
  endedAt: number | undefined;
  /** Why the execution failed; undefined unless it has failed. */
  failure: Failure | undefined;
  /** Whether the execution started a Map Run. The events of its child executions are in their own histories. */
  beganMapRun = false;
  /** Increases with every change. A value derived from the history is valid while the version is unchanged. */
  version = 0;

  get lastEventId(): number {
    return this.events.at(-1)?.id ?? 0;
  }

  /** The event with this number, if it has been read: a history that was exported in part does not begin with event 1. */
  readonly eventOf = (eventId: number): HistoryEvent | undefined => {
    let from = 0;
    let to = this.events.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.events[middle]?.id ?? 0) < eventId) from = middle + 1;
      else to = middle;
    }
    const found = this.events[from];
    return found?.id === eventId ? found : undefined;
  };

  /** The run to which an event belongs, if any. */
  readonly runOf = (eventId: number): StateRun | undefined => {
    return this.#runOfEvent[eventId];
  };

  /** Appends events in order. Events that are already present are skipped. */
  append(events: readonly HistoryEvent[]): void {
    for (const event of events) {
      if (event.id <= this.lastEventId) continue;
      if (this.events.length === 0) this.startedAt = event.at;
      this.events.push(event);
      if (event.type === "MapRunStarted") this.beganMapRun = true;
      const before = this.#places[event.previousEventId] ?? {};
      const after = this.#read(event, before);
      this.#places[event.id] = after;
      const run = after.run ?? (event.type.endsWith("StateExited") ? before.run : undefined);
      this.#runOfEvent[event.id] = run;
      run?.eventIds.push(event.id);
      this.version += 1;
    }
  }

  #read(event: HistoryEvent, before: Position): Position {
    const { type } = event;
    if (type.startsWith("Execution")) return this.#readExecution(event, before);
    if (type.endsWith("StateEntered")) return this.#enter(event, before);
    if (type.endsWith("StateExited")) return this.#exit(event, before);
    if (type.startsWith("MapIteration")) return readIteration(event, before);
    if (groupEvent.test(type)) return readGroup(event, before);
    if (before.run === undefined) return before;
    if (attemptBegun.test(type)) beginAttempt(before.run);
    if (attemptStarted.test(type)) before.run.working = true;
    else if (attemptOver.test(type)) before.run.working = false;
    if (attemptFailed.test(type)) fail(before.run, failureOf(event));
    return before;
  }

  #readExecution(event: HistoryEvent, before: Position): Position {
    const { type, at } = event;
    if (type === "ExecutionStarted") this.startedAt = at;
    else if (type === "ExecutionSucceeded") this.#end("succeeded", at);
    else if (type === "ExecutionRedriven") {
      this.status = "running";
      this.endedAt = undefined;
      this.failure = undefined;
    } else {
      this.failure = failureOf(event);
      if (type === "ExecutionFailed") {
        for (let run = before.run; run !== undefined; run = run.scope?.owner) fail(run, this.failure);
      }
      endRuns(
        this.runs.filter(({ scope }) => scope === undefined),
        at,
      );
      this.#end(type === "ExecutionAborted" ? "aborted" : "failed", at);
    }
    return before;
  }

  #end(status: RunStatus, at: number): void {
    this.status = status;
    this.endedAt = at;
  }

  #enter(event: HistoryEvent, before: Position): Position {
    const { run: owner } = before;
    const scope = owner?.type === "Parallel" ? openScope(owner, "branch", event.at) : before.scope;
    const run: StateRun = {
      id: event.id,
      name: detail(event, "name") ?? "",
      type: event.type.replace(/StateEntered$/, ""),
      scope,
      enteredAt: event.at,
      exitedAt: undefined,
      status: "running",
      attempts: 0,
      working: false,
      failures: [],
      failing: false,
      settled: false,
      scopes: [],
      eventIds: [],
      input: detail(event, "input"),
      output: undefined,
    };
    this.runs.push(run);
    scope?.runs.push(run);
    if (scope?.kind === "branch") {
      scope.status = "running";
      scope.endedAt = undefined;
    }
    return { run, scope };
  }

  #exit(event: HistoryEvent, before: Position): Position {
    const name = detail(event, "name");
    const run = nearest(before, (candidate) => candidate.name === name && candidate.exitedAt === undefined);
    if (run === undefined) return before;
    run.output = detail(event, "output");
    endRun(run, run.failing ? "caught" : "succeeded", event.at);
    const { scope } = run;
    // No event marks the end of a branch, so the branch takes the status of its last state.
    if (scope?.kind === "branch") {
      scope.endedAt = event.at;
      scope.status = "succeeded";
    }
    return { scope };
  }
}
