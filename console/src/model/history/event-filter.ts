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
  const wanted = text.trim().toLowerCase();
  if (type === undefined && wanted === "") return history.events;
  return history.events.filter(
    (event) =>
      (type === undefined || event.type === type) && (wanted === "" || searched(event, history).includes(wanted)),
  );
}

/** The text of each event that was searched: making it takes longer than searching it. */
const texts = new WeakMap<HistoryEvent, string>();

function searched(event: HistoryEvent, { runOf }: History): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const words = [event.type, runOf(event.id)?.name ?? "", JSON.stringify(event.details)];
  const text = words.join("\n").toLowerCase();
  texts.set(event, text);
  return text;
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
