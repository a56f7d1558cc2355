import { byBranch, type Entry } from "./event.ts";

const redriven = "ExecutionRedriven";
const failed = /(Failed|TimedOut|Aborted)$/;
/** Matches the events of one attempt of a Task state. A redrive performs the whole attempt again. */
const attempt = /^(Task|LambdaFunction)(Scheduled|Started|Succeeded|Failed|TimedOut)$/;
const groupStarted = /^(Map|Parallel)StateStarted$/;

/**
 * Returns the entries that an interpreter has to consume to continue where the execution stopped. For a redriven
 * execution, the entries for the failure of unfinished states are omitted. Finished states, branches and iterations are
 * kept.
 */
export function replayOf(entries: readonly Entry[]): readonly Entry[] {
  let kept: Entry[] = [];
  for (const entry of entries) {
    if (entry.event.type === redriven) kept = withoutFailure(kept);
    else kept.push(entry);
  }
  return kept;
}

function withoutFailure(entries: readonly Entry[]): Entry[] {
  const branches = byBranch(entries);
  const dropped = new Set<Entry>();
  reopen("");
  return entries.filter((entry) => !dropped.has(entry));

  function reopen(key: string): void {
    const events = [...(branches.get(key) ?? [])];
    dropWhile(events, failed);
    dropWhile(events, attempt);
    const last = events.at(-1)?.event;
    if (last === undefined || !groupStarted.test(last.type)) return;
    const children = `${key}/${last.id}.`;
    for (const child of branches.keys()) {
      if (child.startsWith(children) && !child.slice(children.length).includes("/")) reopen(child);
    }
  }

  function dropWhile(events: Entry[], pattern: RegExp): void {
    for (let last = events.at(-1); last !== undefined && pattern.test(last.event.type); last = events.at(-1)) {
      dropped.add(last);
      events.pop();
    }
  }
}
