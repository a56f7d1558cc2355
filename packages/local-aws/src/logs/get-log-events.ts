import { AwsError } from "../service.ts";
import { type LogEvent, readEvents } from "./event-file.ts";
import type { Group } from "./group.ts";
import { limitOf, maxEvents, Page } from "./page.ts";
import type { GetLogEvents } from "./requests.ts";

/**
 * Returns events of one stream. A token consists of a direction and a file position: `f/` continues forward from the
 * position, `b/` ends before it. At either end of the stream the same token is returned, which is how a client detects
 * the end.
 */
export async function getLogEvents(group: Group, request: GetLogEvents): Promise<object> {
  const { logStreamName, startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken, startFromHead } = request;
  const stream = group.streams().find(({ name }) => name === logStreamName);
  if (!stream) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  const limit = limitOf(request.limit, maxEvents);
  const [, direction, location] = /^([fb])\/(\d+)$/.exec(nextToken ?? "") ?? [];
  if (nextToken !== undefined && location === undefined) {
    throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  }
  const forward = direction === undefined ? startFromHead : direction === "f";
  const edge = Number(location ?? (forward ? 0 : stream.bytes));
  const wanted = ({ timestamp }: LogEvent): boolean =>
    timestamp >= Math.max(startTime, group.horizon) && timestamp < endTime;

  const events = forward
    ? await firstFrom(stream.file, edge, limit, wanted)
    : await lastBefore(stream.file, edge, limit, wanted);
  const last = events.at(-1);
  return {
    events: events.map(({ timestamp, ingestionTime, message }) => ({ timestamp, ingestionTime, message })),
    nextForwardToken: `f/${last ? last.offset + 1 : edge}`,
    nextBackwardToken: `b/${events[0]?.offset ?? edge}`,
  };
}

async function firstFrom(file: string, from: number, limit: number, wanted: (event: LogEvent) => boolean) {
  const page = new Page<LogEvent>(limit);
  for await (const event of readEvents(file, from)) if (wanted(event) && !page.add(event)) break;
  return page.events;
}

async function lastBefore(file: string, edge: number, limit: number, wanted: (event: LogEvent) => boolean) {
  let kept: LogEvent[] = [];
  for await (const event of readEvents(file)) {
    if (event.offset >= edge) break;
    if (wanted(event)) kept.push(event);
    if (kept.length > 2 * limit) kept = kept.slice(-limit);
  }
  const page = new Page<LogEvent>(limit);
  for (const event of kept.reverse()) if (!page.add(event)) break;
  return page.events.reverse();
}
