import { detail, type HistoryEvent } from "./event.ts";
import type { Failure, RunStatus, Scope, StateRun } from "./run.ts";

/** Opens an iteration or branch. Branches are numbered in the order in which they begin. */
export function openScope(owner: StateRun, kind: Scope["kind"], startedAt: number, at?: number): Scope {
  const index = at ?? owner.scopes.filter(({ status }) => status !== "aborted" && status !== "failed").length;
  const scope: Scope = { kind, index, owner, startedAt, endedAt: undefined, status: "running", runs: [] };
  owner.scopes.push(scope);
  return scope;
}

/** Ends a scope and all its unfinished runs. If no status is given, the scope failed if one of its states failed. */
export function endScope(scope: Scope, status: RunStatus | undefined, at: number): void {
  const failed = endRuns(scope.runs, at);
  scope.status = status ?? (failed ? "failed" : "aborted");
  scope.endedAt = at;
}

/** Ends the unfinished runs and everything inside them; returns whether one of them failed. */
export function endRuns(runs: readonly StateRun[], at: number): boolean {
  let failed = false;
  for (const run of runs) {
    if (run.status !== "running") continue;
    failed ||= run.failing;
    for (const scope of run.scopes) if (scope.status === "running") endScope(scope, undefined, at);
    endRun(run, run.failing ? "failed" : "aborted", at);
  }
  return failed;
}

/**
 * Begins an attempt. An attempt of a finished run means that the execution was redriven, so the run and all its
 * containers are running again.
 */
export function beginAttempt(run: StateRun): void {
  run.attempts += 1;
  run.failing = false;
  for (let at: StateRun | undefined = run; at !== undefined; at = at.scope?.owner) {
    at.status = "running";
    at.exitedAt = undefined;
    at.settled = false;
    if (at.scope) {
      at.scope.status = "running";
      at.scope.endedAt = undefined;
    }
  }
}

export function fail(run: StateRun | undefined, failure: Failure): void {
  if (run === undefined) return;
  if (!run.failing) run.failures.push(failure);
  run.failing = true;
}

export function endRun(run: StateRun, status: RunStatus, at: number): void {
  run.status = status;
  run.exitedAt = at;
}

export function failureOf(event: HistoryEvent): Failure {
  const cause = detail(event, "cause");
  const error = detail(event, "error") ?? event.type;
  return { eventId: event.id, at: event.at, error, ...(cause === undefined ? {} : { cause }) };
}
