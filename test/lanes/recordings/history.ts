import type { Case, Json, JsonObject } from "./case.ts";
import { type Difference, differences } from "./compare.ts";

/** An event of a history, as GetExecutionHistory returns it. */
export interface Event {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly rest: JsonObject;
}

export interface HistoryVerdict {
  /** Event types that occur more often on one side, in words; empty if both sides agree. */
  readonly types: readonly string[];
  /** Whether every event has the same chain of previous events. */
  readonly links: boolean;
  readonly details: readonly Difference[];
}

export function eventsOf(
  list: readonly JsonObject[],
  names = { id: "id", previous: "previousEventId" },
): readonly Event[] {
  return list.map((event) => {
    const { [names.id]: id, [names.previous]: previous, type, timestamp: _timestamp, ...rest } = event;
    return { id: Number(id), previousEventId: Number(previous), type: String(type), rest };
  });
}

/**
 * Compares two histories: event by event if both have the same order, and otherwise as partial orders, because
 * concurrent branches may be interleaved differently. An event is identified by its chain of previous events: their
 * types, state names and iteration indexes.
 */
export function compareHistories(recorded: readonly Event[], ours: readonly Event[], theCase: Case): HistoryVerdict {
  const aws = withEarlierLinks(recorded);
  const loose = theCase.loose?.includes("parallel") ?? false;
  if (!loose && sameOrder(aws, ours)) {
    const details = aws.flatMap((event, index) =>
      differences(event.rest, ours[index]?.rest as Json, theCase, `${event.id} ${event.type}`),
    );
    return { types: [], links: true, details };
  }
  const types = countDifferences(aws, ours, loose);
  const [awsLines, ourLines] = [linesOf(aws), linesOf(ours)];
  const links = loose || (isNumbered(aws) && isNumbered(ours) && sameLines(awsLines, ourLines));
  const keyOf = (event: Event, lines: ReadonlyMap<Event, string>) =>
    links && !loose ? (lines.get(event) ?? "") : labelOf(event);
  const pools = grouped(ours, (event) => keyOf(event, ourLines));
  const details: Difference[] = [];
  for (const event of aws) {
    const pool = pools.get(keyOf(event, awsLines)) ?? [];
    const found = pool
      .map((candidate) => ({
        candidate,
        list: differences(event.rest, candidate.rest, theCase, `${event.id} ${event.type}`),
      }))
      .sort((left, right) => left.list.length - right.list.length)[0];
    if (found === undefined) {
      if (types.length === 0) details.push({ path: `${event.id} ${event.type}`, aws: event.rest, ours: undefined });
      continue;
    }
    pool.splice(pool.indexOf(found.candidate), 1);
    details.push(...found.list);
  }
  return { types, links, details };
}

/**
 * Since November 2024 the event that ends a Distributed Map follows MapRunStarted. Previously it followed
 * MapRunSucceeded, like the event before it. Most recordings are older, and the service behaves like them.
 */
function withEarlierLinks(events: readonly Event[]): readonly Event[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return events.map((event) => {
    const succeeded = byId.get(event.id - 1);
    if (event.type !== "MapStateExited" || succeeded?.type !== "MapStateSucceeded") return event;
    if (byId.get(event.previousEventId)?.type !== "MapRunStarted") return event;
    return { ...event, previousEventId: succeeded.previousEventId };
  });
}

function sameOrder(aws: readonly Event[], ours: readonly Event[]): boolean {
  return (
    aws.length === ours.length &&
    aws.every((event, index) => {
      const other = ours[index];
      return event.id === other?.id && event.previousEventId === other.previousEventId && event.type === other.type;
    })
  );
}

function sameLines(left: ReadonlyMap<Event, string>, right: ReadonlyMap<Event, string>): boolean {
  const [awsLines, ourLines] = [[...left.values()].sort(), [...right.values()].sort()];
  return awsLines.length === ourLines.length && awsLines.every((line, index) => line === ourLines[index]);
}

/** Whether the ids count upwards from 1, and each event refers to an earlier one. */
function isNumbered(events: readonly Event[]): boolean {
  return events.every(({ id, previousEventId }, index) => id === index + 1 && previousEventId < id);
}

function linesOf(events: readonly Event[]): ReadonlyMap<Event, string> {
  const byId = new Map<number, string>([[0, ""]]);
  const lines = new Map<Event, string>();
  for (const event of events.toSorted((left, right) => left.id - right.id)) {
    const line = `${byId.get(event.previousEventId) ?? "?"}>${labelOf(event)}`;
    byId.set(event.id, line);
    lines.set(event, line);
  }
  return lines;
}

function labelOf({ type, rest }: Event): string {
  const details = (Object.values(rest)[0] ?? {}) as { readonly name?: Json; readonly index?: Json };
  return `${type}(${details.name ?? ""}${details.index ?? ""})`;
}

function grouped(events: readonly Event[], keyOf: (event: Event) => string): Map<string, Event[]> {
  const groups = new Map<string, Event[]>();
  for (const event of events) groups.set(keyOf(event), [...(groups.get(keyOf(event)) ?? []), event]);
  return groups;
}

function countDifferences(aws: readonly Event[], ours: readonly Event[], loose: boolean): readonly string[] {
  const counts = new Map<string, number>();
  for (const { type } of aws) counts.set(type, (counts.get(type) ?? 0) + 1);
  for (const { type } of ours) counts.set(type, (counts.get(type) ?? 0) - 1);
  return [...counts].flatMap(([type, count]) => {
    // Such a recording lacks the events with which Parallel states end.
    if (count === 0 || (loose && count < 0 && /^ParallelState(Succeeded|Exited|Failed)$/.test(type))) return [];
    return count > 0 ? `missing ${type} x${count}` : `extra ${type} x${-count}`;
  });
}
