import { createReadStream } from "node:fs";

/** One log event as it is kept: a line of JSON `[timestamp, ingestionTime, message]`. */
export interface LogEvent {
  /** Where its line begins in the file: its place in the stream. */
  readonly offset: number;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export function formatEvent(timestamp: number, message: string): string {
  return `${JSON.stringify([timestamp, Date.now(), message])}\n`;
}

/**
 * The events of a file from a byte offset on, a chunk at a time. What is not an event is passed over: the end of a file
 * whose writer was killed, and an empty line.
 */
export async function* readEvents(file: string, from = 0): AsyncGenerator<LogEvent> {
  let offset = from;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { start: from }) as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let begin = 0;
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, begin)) {
        const event = parseEvent(rest.toString("utf8", begin, end), offset);
        if (event) yield event;
        offset += end + 1 - begin;
        begin = end + 1;
      }
      rest = rest.subarray(begin);
    }
  } catch (error) {
    // A stream without a file has no events; retention may also remove one that is being read.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Nothing for a line that is not an event. */
export function parseEvent(line: string, offset: number): LogEvent | undefined {
  try {
    const [timestamp, ingestionTime, message] = JSON.parse(line) as unknown[];
    if (typeof timestamp !== "number" || typeof ingestionTime !== "number" || typeof message !== "string")
      return undefined;
    return { offset, timestamp, ingestionTime, message };
  } catch {
    return undefined;
  }
}
