import { detail, type HistoryEvent } from "./event.ts";
import type { RunStatus, Scope, StateRun } from "./run.ts";
import { beginAttempt, endRun, endScope, fail, failureOf, openScope } from "./run-life.ts";

/** The position at which the next events occur: in a state that was entered, or between two states of a scope. */
export interface Position {
  readonly run?: StateRun | undefined;
  readonly scope?: Scope | undefined;
}

export const groupEvent = /^(Map|Parallel)State(Started|Succeeded|Failed|Aborted)$/;

/** Handles the beginning or end of one Map iteration. */
export function readIteration(event: HistoryEvent, before: Position): Position {
  const name = detail(event, "name");
  const index = Number(event.details["index"]);
  const owner = nearest(before, (run) => run.type === "Map" && run.name === name);
  if (owner === undefined) return before;
  if (event.type === "MapIterationStarted") return { scope: openScope(owner, "iteration", event.at, index) };
  const scope = owner.scopes.findLast((candidate) => candidate.index === index);
  if (scope) endScope(scope, statusOf(event.type), event.at);
  return { run: owner, scope: owner.scope };
}

/**
 * Handles the start or end of a whole Map or Parallel. An end event applies to the innermost enclosing one that has not
 * ended yet.
 */
export function readGroup(event: HistoryEvent, before: Position): Position {
  const [, type = "", what = ""] = groupEvent.exec(event.type) ?? [];
  const started = what === "Started";
  const run = started ? before.run : nearest(before, (candidate) => candidate.type === type && !candidate.settled);
  if (run === undefined) return before;
  if (started) {
    beginAttempt(run);
    run.settled = false;
    return { run, scope: run.scope };
  }
  run.settled = true;
  if (what === "Failed") {
    const inner = before.run === run ? undefined : before.run?.failures.at(-1);
    fail(run, event.details["error"] === undefined && inner ? { ...inner, eventId: event.id } : failureOf(event));
  }
  if (what !== "Succeeded") {
    for (const scope of run.scopes) if (scope.status === "running") endScope(scope, undefined, event.at);
  }
  if (what === "Aborted") endRun(run, "aborted", event.at);
  return { run, scope: run.scope };
}

function statusOf(type: string): RunStatus {
  if (type.endsWith("Succeeded")) return "succeeded";
  return type.endsWith("Aborted") ? "aborted" : "failed";
}

/** The nearest enclosing run, starting from a position, that satisfies the test. */
export function nearest({ run, scope }: Position, test: (run: StateRun) => boolean): StateRun | undefined {
  if (run !== undefined && test(run)) return run;
  for (let at = run?.scope ?? scope; at !== undefined; at = at.owner.scope) if (test(at.owner)) return at.owner;
  return undefined;
}
