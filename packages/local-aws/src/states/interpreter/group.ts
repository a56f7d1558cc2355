import { type Branch, childController } from "./branch.ts";
import { Cancelled } from "./error.ts";

export interface Group<Value> {
  readonly count: number;
  readonly concurrency: number;
  /** Name of each branch of the group, unique under the parent. */
  key(index: number): string;
  run(branch: Branch, index: number): Promise<Value>;
  /** Records that this branch succeeded. */
  succeeded?(branch: Branch, index: number): Promise<unknown>;
  /** Records that this branch failed. Called only for the first failure. */
  failed?(branch: Branch, index: number): Promise<unknown>;
  /** Records, in the parent's sequence of events, that this branch was aborted because another one failed. */
  aborted?(parent: Branch, index: number): Promise<unknown>;
}

/** State types that have a separate event for their abort. */
const abortable = new Set(["Task", "Wait", "Map", "Parallel"]);

/**
 * Runs branches concurrently, at most `concurrency` at once, and starts them in order. The first failure cancels the
 * other branches, and it is thrown once all have stopped. Every abort event then references the failure event as its
 * previous event, as in AWS's histories.
 */
export async function runGroup<Value>(parent: Branch, group: Group<Value>): Promise<readonly Value[]> {
  const { controller, release } = childController(parent.signal);
  const values: Value[] = [];
  const unfinished = new Map<number, Branch>();
  let failure: { readonly error: unknown; readonly eventId: number } | undefined;
  let lastEventId = parent.previous;
  let next = 0;

  /** Runs one branch and returns the id of its last event, which the next branch in the same slot follows. */
  async function start(index: number, previous: number): Promise<number> {
    const branch = parent.fork(group.key(index), controller.signal);
    branch.follow(previous);
    unfinished.set(index, branch);
    let last = previous;
    try {
      values[index] = await group.run(branch, index);
      last = branch.previous;
      await group.succeeded?.(branch, index);
      unfinished.delete(index);
      lastEventId = Math.max(lastEventId, branch.previous);
    } catch (error) {
      if (error instanceof Cancelled || failure !== undefined) return last;
      const eventId = branch.previous;
      // If several branches fail at the same moment, a resumed execution must choose the failure that is on record.
      if ((branch.upcoming() ?? parent.upcoming())?.previousEventId !== eventId) await branch.live();
      if (failure !== undefined) return last;
      failure = { error, eventId };
      unfinished.delete(index);
      try {
        await group.failed?.(branch, index);
      } finally {
        controller.abort();
      }
    }
    return last;
  }

  async function work(): Promise<void> {
    let previous = parent.previous;
    while (next < group.count && failure === undefined && !controller.signal.aborted) {
      next += 1;
      previous = await start(next - 1, previous);
    }
  }

  try {
    const workers = Math.min(group.concurrency, group.count);
    const ends = await Promise.allSettled(Array.from({ length: workers }, work));
    if (failure === undefined) {
      const broken = ends.find((end) => end.status === "rejected");
      if (broken) throw broken.reason;
      if (unfinished.size > 0) throw new Cancelled();
      parent.follow(lastEventId);
      return values;
    }
    for (const [index, branch] of [...unfinished].sort(([left], [right]) => left - right)) {
      if (branch.inMapRun) {
        parent.follow(failure.eventId);
        await parent.record("MapRunAborted");
      }
      if (branch.activeType !== undefined && abortable.has(branch.activeType)) {
        parent.follow(failure.eventId);
        await parent.record(`${branch.activeType}StateAborted`);
      }
      parent.follow(failure.eventId);
      await group.aborted?.(parent, index);
    }
    parent.follow(failure.eventId);
    throw failure.error;
  } finally {
    release();
  }
}
