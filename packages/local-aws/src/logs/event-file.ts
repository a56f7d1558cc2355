import { createReadStream } from "node:fs";

/** A log event as it is stored: a line of JSON `[timestamp, ingestionTime, message]`. */
export interface LogEvent {
  /** Byte offset of the event's line in the file, which is the event's position in the stream. */
  readonly offset: number;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export function formatEvent(timestamp: number, message: string): string {
  return `${JSON.stringify([timestamp, Date.now(), message])}\n`;
}

/**
 * Reads the events of a file in chunks, starting at a byte offset. Anything that is not an event is skipped: an empty
 * line, or an incomplete last line left by a killed writer.
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
    // A stream without a file has no events; retention may also remove a file while it is read.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Returns undefined if the line is not an event. */
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
