import { detail } from "../history/event.ts";
import type { History } from "../history/history.ts";
import { endId, type Line, startId } from "./layout.ts";

/** The transitions that an execution took, as keys of `takenKey`. */
export type Taken = ReadonlySet<string>;

function takenKey(from: string, to: string, caught: boolean): string {
  return JSON.stringify([from, to, caught]);
}

/** Reads the transitions from the events: the previous event of a StateEntered event identifies the state before it. */
export function takenIn({ events, runs, runOf, eventOf }: TakenHistory): Taken {
  const taken = new Set(takenInside({ events, runs, runOf, eventOf }));
  for (const event of events) {
    const previous = eventOf(event.previousEventId);
    if (previous === undefined) continue;
    if (event.type === "ExecutionSucceeded") {
      const name = detail(previous, "name");
      if (name !== undefined) taken.add(takenKey(name, endId, false));
    }
    if (!event.type.endsWith("StateEntered")) continue;
    if (previous.type === "ExecutionStarted") taken.add(takenKey(startId, detail(event, "name") ?? "", false));
  }
  // If the first event is missing from the history, the execution still started somewhere: at its first run.
  const [first] = runs;
  if (first !== undefined && first.scope === undefined) taken.add(takenKey(startId, first.name, false));
  return taken;
}

/** The transitions between two states, without those from the start and to the end of the whole execution. */
export function takenInside({ events, runOf, eventOf }: TakenHistory): Taken {
  const taken = new Set<string>();
  for (const event of events) {
    const previous = eventOf(event.previousEventId);
    if (!event.type.endsWith("StateEntered") || !previous?.type.endsWith("StateExited")) continue;
    const caught = runOf(previous.id)?.status === "caught";
    taken.add(takenKey(detail(previous, "name") ?? "", detail(event, "name") ?? "", caught));
  }
  return taken;
}

type TakenHistory = Pick<History, "events" | "runs" | "runOf" | "eventOf">;

/** Whether an execution took this line. A Catch line counts only if it caught an error. */
export function isTaken({ kind, from, to }: Line, taken: Taken): boolean {
  return taken.has(takenKey(from, to, kind === "catch"));
}
