import type { HistoryEvent } from "./event.ts";
import type { History } from "./history.ts";

/** Which events are listed. */
export interface EventFilter {
  /** @default every type */
  readonly type: string | undefined;
  /** Part of a type, a state's name or the data, without regard to case. */
  readonly text: string;
}

export const everyEvent: EventFilter = { type: undefined, text: "" };

export function filterEvents(history: History, { type, text }: EventFilter): readonly HistoryEvent[] {
  const wanted = text.trim();
  if (type === undefined && wanted === "") return history.events;
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "i");
  return history.events.filter(
    (event) => (type === undefined || event.type === type) && (wanted === "" || isFound(event, history, pattern)),
  );
}

/** Searches the data where it is: lower-case copies of it would take as much memory as the history. */
function isFound({ id, type, details }: HistoryEvent, { runOf }: History, pattern: RegExp): boolean {
  return [type, runOf(id)?.name ?? ""].some((each) => pattern.test(each)) || isIn(details, pattern);
}

function isIn(value: unknown, pattern: RegExp): boolean {
  if (typeof value !== "object" || value === null) return pattern.test(String(value));
  return Object.entries(value).some(([key, each]) => pattern.test(key) || isIn(each, pattern));
}

/** The types that occur, most frequent first, with their numbers. */
export function countTypes({ events }: Pick<History, "events">): readonly (readonly [type: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

/** Writes into the page's address that events are listed, and which. */
export function eventFilterToQuery({ type, text }: EventFilter, query: URLSearchParams): void {
  query.set("events", text);
  if (type !== undefined) query.set("type", type);
}

/** Undefined if the address does not list events. */
export function eventFilterFromQuery(query: URLSearchParams): EventFilter | undefined {
  const text = query.get("events");
  return text === null ? undefined : { type: query.get("type") || undefined, text };
}
