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

/** The maximum number of events per page that AWS allows. */
const pageSize = 1_000;
/** Number of events that one check for new events requests: more than a busy execution records between two checks. */
const newsSize = 250;

/** All events recorded so far, oldest first, page by page. */
export async function* allPages(read: ReadPage): AsyncGenerator<readonly HistoryEvent[]> {
  let nextToken: string | undefined;
  do {
    const page = await read({ maxResults: pageSize, reverseOrder: false, nextToken });
    yield page.events;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/**
 * The events recorded after a given event, oldest first. It reads backwards from the end, so following an execution
 * with thousands of events costs no more than following one with ten. Pages may overlap, because the history grows
 * while they are read.
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
