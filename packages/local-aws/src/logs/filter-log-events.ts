import { compileFilter } from "./filter-pattern.ts";
import type { Group } from "./group.ts";
import { comparePositions, mergeStreams, type Position } from "./merge.ts";
import { decodeToken, encodeToken, limitOf, maxEvents, Page } from "./page.ts";
import type { FilterLogEvents } from "./requests.ts";

interface Filtered {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly eventId: string;
}

/**
 * Returns matching events of several streams, in order of time. The token is the position of the last returned event.
 */
export async function filterLogEvents(group: Group, request: FilterLogEvents): Promise<object> {
  const { logStreamNames, logStreamNamePrefix = "", startTime = 0, endTime = Number.POSITIVE_INFINITY } = request;
  const matches = compileFilter(request.filterPattern);
  const after = request.nextToken === undefined ? undefined : decodeToken(request.nextToken, isPosition);
  const page = new Page<Filtered>(limitOf(request.limit, maxEvents));
  const streams = group
    .streams()
    .filter(
      ({ name }) =>
        name.startsWith(logStreamNamePrefix) && (logStreamNames === undefined || logStreamNames.includes(name)),
    );
  let last: Position | undefined;
  for await (const event of mergeStreams(streams, Math.max(startTime, group.horizon, after?.timestamp ?? 0))) {
    if (event.timestamp >= endTime) break;
    if (after && comparePositions(event, after) <= 0) continue;
    const { stream, offset, timestamp, ingestionTime, message } = event;
    if (!matches(message)) continue;
    const eventId = encodeToken([stream, offset]);
    if (!page.add({ logStreamName: stream, timestamp, ingestionTime, message, eventId })) {
      return { events: page.events, searchedLogStreams: [], nextToken: last && encodeToken(last) };
    }
    last = { timestamp, stream, offset };
  }
  return { events: page.events, searchedLogStreams: [] };
}

function isPosition(value: unknown): value is Position {
  const { timestamp, stream, offset } = (value ?? {}) as Partial<Position>;
  return typeof timestamp === "number" && typeof stream === "string" && typeof offset === "number";
}
