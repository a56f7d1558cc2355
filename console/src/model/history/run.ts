/** Status of a state, an iteration, a branch or an execution. `caught` means that it failed and its Catch continued. */
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
  /** Number of the event that entered the state; unique within the execution. */
  readonly id: number;
  readonly name: string;
  /** `Task`, `Map`, `Pass` … */
  readonly type: string;
  /** The iteration or branch that contains the run; undefined at the top level. */
  readonly scope: Scope | undefined;
  readonly enteredAt: number;
  exitedAt: number | undefined;
  status: RunStatus;
  /** Number of attempts: more than one if it was retried. */
  attempts: number;
  /** Whether a function or service has been called and that call has not ended yet. */
  working: boolean;
  /** One per failed attempt, in order. */
  readonly failures: Failure[];
  /** Whether the last attempt failed and no further attempt has begun. */
  failing: boolean;
  /** Whether all iterations or branches of a Map or Parallel have ended. */
  settled: boolean;
  readonly input: string | undefined;
  output: string | undefined;
  /** The iterations or branches of a Map or Parallel, including those of earlier attempts. */
  readonly scopes: Scope[];
  /**
   * The events of this run. The numbers of the runs inside it, at any depth, lie between its own number and that of its
   * next sibling.
   */
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

/** The scopes that contain a run, innermost first. */
export function* scopesOf(run: StateRun): Generator<Scope> {
  for (let scope = run.scope; scope !== undefined; scope = scope.owner.scope) yield scope;
}

/** The iteration or branch of a run in readable form: `#3`, or `#3 › #1` in a nested Map; empty at the top level. */
export function placeOf(run: StateRun): string {
  return [...scopesOf(run)]
    .reverse()
    .map(({ kind, index }) => (kind === "iteration" ? `#${index}` : `branch ${index + 1}`))
    .join(" › ");
}
