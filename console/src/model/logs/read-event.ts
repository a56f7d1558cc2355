import { CallLine } from "../../../../contract/call-line.ts";
import { type FunctionReport, readReport } from "../../../../contract/function-report.ts";
import { computedOnce } from "../computed-once.ts";
import type { LogEvent } from "./log-event.ts";
import { fieldsOf, type LogLine, readLine } from "./log-line.ts";

/** What the line of an event says. */
export interface ReadEvent {
  readonly line: LogLine;
  /** Set if the function says in this line which call it is. */
  readonly call: CallLine | undefined;
  /** Set if Lambda reports in this line what a call took. */
  readonly report: FunctionReport | undefined;
}

/** Reads an event, once however often its log is divided into calls and drawn. */
export const readEvent: (event: LogEvent) => ReadEvent = computedOnce(({ message }: LogEvent) => ({
  line: readLine(message),
  call: CallLine.safeParse(fieldsOf(message)).data,
  report: readReport(message),
}));
