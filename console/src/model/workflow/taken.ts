import { detail } from "../history/event.ts";
import type { History } from "../history/history.ts";
import { endId, type Line, startId } from "./layout.ts";

/** The transitions that an execution took, as keys of `takenKey`. */
export type Taken = ReadonlySet<string>;

function takenKey(from: string, to: string, caught: boolean): string {
  return JSON.stringify([from, to, caught]);
}

/** Reads the transitions from the events: a state that is entered names the one before it by its previous event. */
export function takenIn({ events, runs, runOf }: TakenHistory): Taken {
  const taken = new Set<string>();
  for (const event of events) {
    const previous = events[event.previousEventId - 1];
    if (previous === undefined) continue;
    if (event.type === "ExecutionSucceeded") {
      const name = detail(previous, "name");
      if (name !== undefined) taken.add(takenKey(name, endId, false));
    }
    if (!event.type.endsWith("StateEntered")) continue;
    const to = detail(event, "name") ?? "";
    if (previous.type === "ExecutionStarted") taken.add(takenKey(startId, to, false));
    if (!previous.type.endsWith("StateExited")) continue;
    const from = detail(previous, "name") ?? "";
    taken.add(takenKey(from, to, runOf(previous.id)?.status === "caught"));
  }
  // A history whose first event is missing still began somewhere.
  const [first] = runs;
  if (first !== undefined && first.scope === undefined) taken.add(takenKey(startId, first.name, false));
  return taken;
}

type TakenHistory = Pick<History, "events" | "runs" | "runOf">;

/** Whether a line of the drawing was taken; a Catch only when it caught something. */
export function isTaken({ kind, from, to }: Line, taken: Taken): boolean {
  return taken.has(takenKey(from, to, kind === "catch"));
}
