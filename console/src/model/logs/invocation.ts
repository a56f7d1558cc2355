import type { CallLine } from "../../../../contract/call-line.ts";
import type { FunctionReport } from "../../../../contract/function-report.ts";
import { groupBy } from "../../../../lib/group-by.ts";
import type { LogEvent } from "./log-event.ts";
import { requestIdIn } from "./log-line.ts";
import { readEvent } from "./read-event.ts";

/** One call of a function, as its log shows it. */
export interface Invocation {
  /** Undefined for lines that belong to no call, such as those of a sandbox that did not start. */
  readonly requestId: string | undefined;
  readonly group: string;
  readonly stream: string;
  /** In their order. Those of the sandbox's start belong to its first call. */
  readonly events: readonly LogEvent[];
  /** What the function said of the call; undefined for a function that says nothing. */
  readonly call: CallLine | undefined;
  /** What Lambda measured and bills; undefined until the call has ended. */
  readonly report: FunctionReport | undefined;
  readonly failed: boolean;
}

const began = /^START RequestId: (\S+)/;
const startOfSandbox = /^INIT_START\b/;

/**
 * Divides the events of function logs into calls: a sandbox runs one call at a time, so all lines of its stream from one
 * START to the next belong to one call, those without a request id too.
 */
export function invocationsOf(events: readonly LogEvent[]): readonly Invocation[] {
  const streams = groupBy(events, ({ group, stream }) => `${group}\n${stream}`);
  const found = [...streams.values()].flatMap((own) => callsOf(own));
  return found.sort((one, other) => (one.events[0]?.at ?? 0) - (other.events[0]?.at ?? 0));
}

interface Part {
  requestId: string | undefined;
  readonly events: LogEvent[];
}

function callsOf(events: readonly LogEvent[]): readonly Invocation[] {
  const parts: Part[] = [];
  for (const event of events.toSorted((one, other) => one.at - other.at)) {
    const [, started] = began.exec(event.message) ?? [];
    let part = parts.at(-1);
    // A sandbox that starts has no call yet: what it logs then belongs to the call that comes.
    const begins = started === undefined ? startOfSandbox.test(event.message) : part?.requestId !== undefined;
    if (part === undefined || begins) {
      part = { requestId: undefined, events: [] };
      parts.push(part);
    }
    part.requestId ??= started ?? requestIdIn(event.message);
    part.events.push(event);
  }
  return parts.map(({ requestId, events: own }) => invocationOf(requestId, own));
}

function invocationOf(requestId: string | undefined, events: readonly LogEvent[]): Invocation {
  const [first] = events;
  const read = events.map(readEvent);
  return {
    requestId,
    group: first?.group ?? "",
    stream: first?.stream ?? "",
    events,
    call: read.find(({ call }) => call !== undefined)?.call,
    report: read.findLast(({ report }) => report !== undefined)?.report,
    failed: read.some(({ line }) => line.level === "error"),
  };
}
