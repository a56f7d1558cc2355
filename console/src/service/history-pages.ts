import type { HistoryEvent } from "../model/history/event.ts";

export interface EventPage {
  readonly events: readonly HistoryEvent[];
  readonly nextToken: string | undefined;
}

/** GetExecutionHistory of one execution. */
export type ReadPage = (request: {
  readonly maxResults: number;
  readonly reverseOrder: boolean;
  readonly nextToken: string | undefined;
}) => Promise<EventPage>;

/** AWS allows at most as many events a page. */
const pageSize = 1_000;
/** What one look for news asks for: more than a busy execution records between two looks. */
const newsSize = 250;

/** Everything recorded so far, oldest first, page by page. */
export async function* allPages(read: ReadPage): AsyncGenerator<readonly HistoryEvent[]> {
  let nextToken: string | undefined;
  do {
    const page = await read({ maxResults: pageSize, reverseOrder: false, nextToken });
    yield page.events;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/**
 * What was recorded after an event, oldest first. It reads backwards from the end: an execution of thousands of events
 * costs no more to follow than one of ten. Pages may overlap, because the end moves while they are read.
 */
export async function eventsAfter(read: ReadPage, lastEventId: number): Promise<readonly HistoryEvent[]> {
  const news = new Map<number, HistoryEvent>();
  let nextToken: string | undefined;
  do {
    const page = await read({ maxResults: newsSize, reverseOrder: true, nextToken });
    for (const event of page.events) if (event.id > lastEventId) news.set(event.id, event);
    const reached = (page.events.at(-1)?.id ?? 0) <= lastEventId + 1;
    nextToken = reached ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return [...news.values()].sort((one, other) => one.id - other.id);
}
