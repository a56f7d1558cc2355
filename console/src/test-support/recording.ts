import type { HistoryEvent } from "../model/history/event.ts";

/** Builds a history event by event. Each event follows the previous one unless another is given, one second later. */
export class Recording {
  readonly events: HistoryEvent[] = [];

  constructor(input = "{}") {
    this.add("ExecutionStarted", { input }, 0);
  }

  /** Adds an event and returns its number. */
  add(type: string, details: HistoryEvent["details"] = {}, previousEventId: number = this.events.length): number {
    const id = this.events.length + 1;
    this.events.push({ id, previousEventId, type, at: id * 1_000, details });
    return id;
  }

  enter(type: string, name: string, previousEventId?: number, input = "{}"): number {
    return this.add(`${type}StateEntered`, { name, input }, previousEventId);
  }

  exit(type: string, name: string, previousEventId?: number, output = "{}"): number {
    return this.add(`${type}StateExited`, { name, output }, previousEventId);
  }

  /** One attempt of a Task: scheduled, started, and how it ended. */
  attempt(
    ending: "TaskSucceeded" | "TaskFailed" | "TaskTimedOut",
    details: HistoryEvent["details"] = {},
    after?: number,
  ) {
    this.add("TaskScheduled", {}, after);
    this.add("TaskStarted");
    return this.add(ending, details);
  }

  /** A Task that is entered, succeeds and is exited. */
  task(name: string, after?: number, data: { readonly input?: string; readonly output?: string } = {}): number {
    this.enter("Task", name, after, data.input);
    this.attempt("TaskSucceeded");
    return this.exit("Task", name, undefined, data.output);
  }

  /** A Map of one Task whose iterations run concurrently: their events are interleaved one by one. */
  sideBySideMap(map: string, task: string, length: number): number {
    this.enter("Map", map);
    const started = this.add("MapStateStarted", { length });
    let last = Array.from({ length }, (_, index) => this.add("MapIterationStarted", { name: map, index }, started));
    last = last.map((id) => this.enter("Task", task, id));
    for (const type of ["TaskScheduled", "TaskStarted", "TaskSucceeded"])
      last = last.map((id) => this.add(type, {}, id));
    last = last.map((id) => this.exit("Task", task, id));
    last = last.map((id, index) => this.add("MapIterationSucceeded", { name: map, index }, id));
    this.add("MapStateSucceeded", {}, last.at(-1));
    return this.exit("Map", map);
  }
}
