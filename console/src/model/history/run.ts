/** Status of a state, an iteration, a branch or an execution. `caught`: it failed and its Catch continued. */
export const runStatuses = ["running", "succeeded", "caught", "failed", "aborted"] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface Failure {
  readonly eventId: number;
  readonly at: number;
  readonly error: string;
  readonly cause?: string;
}

/** One run of a state. */
export interface StateRun {
  /** Number of the event that entered it: unique in the execution. */
  readonly id: number;
  readonly name: string;
  /** `Task`, `Map`, `Pass` … */
  readonly type: string;
  /** The iteration or branch that it is in; undefined at the top. */
  readonly scope: Scope | undefined;
  readonly enteredAt: number;
  exitedAt: number | undefined;
  status: RunStatus;
  /** Number of attempts: more than one if it was retried. */
  attempts: number;
  /** The function or service has been called, and the call has not ended. */
  working: boolean;
  /** One per failed attempt, in order. */
  readonly failures: Failure[];
  /** The last attempt failed, and no other has begun since. */
  failing: boolean;
  /** A Map or Parallel whose iterations or branches have all ended. */
  settled: boolean;
  readonly input: string | undefined;
  output: string | undefined;
  /** Of a Map or Parallel: its iterations or branches, those of earlier attempts included. */
  readonly scopes: Scope[];
  /** Runs inside it, at any depth, come between its own number and the next sibling's. */
  readonly eventIds: number[];
}

/** An iteration of a Map, or a branch of a Parallel. */
export interface Scope {
  readonly kind: "iteration" | "branch";
  readonly index: number;
  readonly owner: StateRun;
  readonly startedAt: number;
  endedAt: number | undefined;
  status: RunStatus;
  readonly runs: StateRun[];
}

/** The containers of a run, the innermost first. */
export function* scopesOf(run: StateRun): Generator<Scope> {
  for (let scope = run.scope; scope !== undefined; scope = scope.owner.scope) yield scope;
}

/** The iteration or branch of a run, for readers: `#3`, or `#3 › #1` in a nested Map; empty at the top. */
export function placeOf(run: StateRun): string {
  return [...scopesOf(run)]
    .reverse()
    .map(({ kind, index }) => (kind === "iteration" ? `#${index}` : `branch ${index + 1}`))
    .join(" › ");
}
