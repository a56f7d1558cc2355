import { byBranch, type Entry } from "./event.ts";

const redriven = "ExecutionRedriven";
const failed = /(Failed|TimedOut|Aborted)$/;
/** Events of one attempt of a Task state, all of which a redrive does again. */
const attempt = /^(Task|LambdaFunction)(Scheduled|Started|Succeeded|Failed|TimedOut)$/;
const groupStarted = /^(Map|Parallel)StateStarted$/;

/**
 * What an interpreter has to consume of a record to go on where it left off: everything, but for a redriven execution
 * without how its unfinished states failed. Finished states, branches and iterations stay as they are.
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
