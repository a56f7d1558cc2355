import { type LogEvent, readEvents } from "./event-file.ts";
import type { Stream } from "./stream.ts";

/** An event with its stream. */
export interface StreamEvent extends LogEvent {
  readonly stream: string;
}

/** A position in the merged order: by time, then stream, then position in the stream. */
export type Position = Pick<StreamEvent, "timestamp" | "stream" | "offset">;

interface Source {
  readonly events: AsyncGenerator<LogEvent>;
  readonly stream: string;
  head: StreamEvent;
}

/**
 * Merges the events of several streams in order of time, reading each file in chunks. A file is opened only when the
 * merge reaches its first event, so that hundreds of finished streams cost nothing.
 */
export async function* mergeStreams(streams: readonly Stream[], from: number): AsyncGenerator<StreamEvent> {
  const unopened = streams
    .filter(({ lastTimestamp }) => (lastTimestamp ?? -1) >= from)
    .sort((a, b) => (a.firstTimestamp ?? 0) - (b.firstTimestamp ?? 0));
  const sources: Source[] = [];
  try {
    for (;;) {
      let first = earliest(sources);
      const next = unopened[0];
      if (next && (!first || (next.firstTimestamp ?? 0) <= first.head.timestamp)) {
        unopened.shift();
        const source = await open(next, from);
        if (source) sources.push(source);
        continue;
      }
      if (!first) return;
      yield first.head;
      const { value, done } = await first.events.next();
      if (done) sources.splice(sources.indexOf(first), 1);
      else first.head = { ...value, stream: first.stream };
      first = undefined;
    }
  } finally {
    for (const { events } of sources) await events.return(undefined);
  }
}

export function comparePositions(a: Position, b: Position): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.offset - b.offset;
}

async function open({ file, name }: Stream, from: number): Promise<Source | undefined> {
  const events = readEvents(file);
  for (;;) {
    const { value, done } = await events.next();
    if (done) return undefined;
    if (value.timestamp >= from) return { events, stream: name, head: { ...value, stream: name } };
  }
}

function earliest(sources: readonly Source[]): Source | undefined {
  let first: Source | undefined;
  for (const source of sources) if (!first || comparePositions(source.head, first.head) < 0) first = source;
  return first;
}
