import { functionNamesIn } from "../../../../contract/lambda-arn.ts";
import type { StateRun } from "../../model/history/run.ts";
import type { Attempt } from "../../model/logs/attempt.ts";
import { slack } from "../../model/logs/join.ts";
import type { Configuration } from "../../service/configuration.ts";
import type { FollowedExecution } from "../followed-execution.ts";
import { LogReading, type LogReadingServices } from "./log-reading.ts";

/** Reads logs when they are opened, and only then. One log is open at a time, besides that of the execution. */
export class LogReader {
  /** Whether the calls and lines with errors come first. */
  errorsFirst = true;
  #execution: { readonly arn: string; readonly reading: LogReading } | undefined;
  #attempt: { readonly key: string; readonly reading: LogReading } | undefined;
  readonly #configuration: Configuration;
  readonly #services: LogReadingServices;

  constructor(configuration: Configuration, services: LogReadingServices) {
    this.#configuration = configuration;
    this.#services = services;
  }

  ofExecution(arn: string): LogReading | undefined {
    return this.#execution?.arn === arn ? this.#execution.reading : undefined;
  }

  ofAttempt(run: StateRun, attempt: Attempt): LogReading | undefined {
    return this.#attempt?.key === keyOf(run, attempt) ? this.#attempt.reading : undefined;
  }

  /** The log group of a function; undefined if this stack does not have the function. */
  groupOf(functionName: string | undefined): string | undefined {
    return this.#configuration.functions.find(({ name }) => name === functionName)?.logGroup;
  }

  openExecution(followed: FollowedExecution): void {
    const { arn, history, description, definition = "" } = followed;
    if (this.ofExecution(arn) !== undefined) return;
    this.#execution?.reading.close();
    const called = new Set(functionNamesIn(definition));
    const named = this.#configuration.functions.filter(({ name }) => called.has(name));
    const from = (description?.startedAt ?? history.startedAt) - slack.beforeMs;
    const to = () => afterwards(followed.ended ? (followed.description?.stoppedAt ?? history.endedAt) : undefined);
    const reading = this.#open({ groups: named.map(({ logGroup }) => logGroup), from, to });
    this.#execution = { arn, reading };
  }

  /** @param current the attempt as the history shows it now, because it may still run */
  openAttempt(run: StateRun, attempt: Attempt, current: () => Attempt | undefined): void {
    const group = this.groupOf(attempt.functionName);
    if (group === undefined) return;
    this.#attempt?.reading.close();
    const to = () => afterwards(current()?.to);
    const reading = this.#open({ groups: [group], from: attempt.from - slack.beforeMs, to });
    this.#attempt = { key: keyOf(run, attempt), reading };
  }

  closeAttempt(): void {
    this.#attempt?.reading.close();
    this.#attempt = undefined;
    this.#services.changed();
  }

  /** Closes everything, because something else is shown. */
  close(): void {
    this.#execution?.reading.close();
    this.#execution = undefined;
    this.#attempt?.reading.close();
    this.#attempt = undefined;
  }

  sort(errorsFirst: boolean): void {
    this.errorsFirst = errorsFirst;
    this.#services.changed();
  }

  #open(span: ConstructorParameters<typeof LogReading>[0]): LogReading {
    const reading = new LogReading(span, this.#services);
    void reading.follow();
    return reading;
  }
}

/** Lambda reports a call after the end of the call, and CloudWatch Logs shows the report some seconds later. */
function afterwards(end: number | undefined): number | undefined {
  return end === undefined ? undefined : end + slack.afterMs;
}

function keyOf({ id }: StateRun, { from }: Attempt): string {
  return `${id} ${from}`;
}
