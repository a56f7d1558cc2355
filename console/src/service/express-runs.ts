import { LRUCache } from "lru-cache";
import { endStatuses } from "../model/history/end-statuses.ts";
import type { HistoryEvent } from "../model/history/event.ts";
import { hourMs, parseJson } from "../model/words.ts";
import { expressRunsOf, isExpressRun, type Machine } from "./configuration.ts";
import type { ReadPage } from "./history-pages.ts";
import type { Logs } from "./logs.ts";
import { ProblemError } from "./problem.ts";
import type { Description, ExecutionPage, ExecutionRow, LoggedRuns } from "./step-functions.ts";

/** How far back a run is sought that is not among those of the last hour. */
const soughtMs = 14 * 24 * hourMs;
const mostPages = 20;
/** Readings that are kept at most: those of the runs that are shown in turn. */
const mostKept = 50;
/** The page asks again every second or two; CloudWatch Logs takes longer than that to show an event. */
const keepMs = 5_000;

interface LoggedEvent extends HistoryEvent {
  readonly executionArn: string;
}

/** What was read of a log, oldest first. */
interface Reading {
  readonly events: readonly LoggedEvent[];
  /** Whether the log has more pages than were read. */
  readonly isCut: boolean;
}

/**
 * Runs of Express workflows. Step Functions keeps no history of them, so everything here comes from the log of their
 * state machine.
 */
export class ExpressRuns implements LoggedRuns {
  readonly #logs: Pick<Logs, "events">;
  readonly #machines: readonly Machine[];
  readonly #kept = new LRUCache<string, { readonly at: number; readonly reading: Promise<Reading> }>({ max: mostKept });

  constructor(logs: Pick<Logs, "events">, machines: readonly Machine[]) {
    this.#logs = logs;
    this.#machines = machines.filter(({ type }) => type === "EXPRESS");
  }

  /** Whether an ARN is that of an Express state machine of this stack, or of a run of one. */
  has(arn: string): boolean {
    return this.#machines.some((machine) => machine.arn === arn || arn.startsWith(expressRunsOf(machine.arn)));
  }

  /** The runs of the last hour, newest first. @throws ProblemError if they are not logged */
  async list(machineArn: string, status: string | undefined): Promise<ExecutionPage> {
    const machine = this.#machineOf(machineArn);
    const pattern = ["ExecutionStarted", ...Object.keys(endStatuses)].map((type) => `?${type}`).join(" ");
    const { events, isCut } = await this.#keep(machineArn, () =>
      this.#read(logOf(machine), Date.now() - hourMs, pattern),
    );
    const byRun = new Map<string, LoggedEvent[]>();
    for (const event of events) byRun.set(event.executionArn, [...(byRun.get(event.executionArn) ?? []), event]);
    const rows = [...byRun].map(([arn, own]) => rowOf(arn, own));
    return {
      rows: rows
        .filter((row) => status === undefined || row.status === status)
        .sort((one, other) => other.startedAt - one.startedAt),
      nextToken: undefined,
      ...(isCut && {
        note: `The log of the last hour has more than ${mostPages} pages: its latest runs are missing here.`,
      }),
    };
  }

  /** @throws ProblemError "ExecutionDoesNotExist", "LogTooLong" if the run may be in the part that was not read, or if the runs are not logged */
  async describe(arn: string): Promise<Description> {
    const { events, isCut } = await this.#eventsOf(arn);
    const [first] = events;
    if (first === undefined && isCut) {
      throw new ProblemError(
        "LogTooLong",
        `This run is not on the first ${mostPages} pages of the state machine's log: search for it in CloudWatch Logs.`,
      );
    }
    if (first === undefined) {
      throw new ProblemError(
        "ExecutionDoesNotExist",
        "The log of the state machine has no line of this run in the last 14 days. Step Functions itself keeps nothing of an Express run.",
      );
    }
    const last = events.at(-1) ?? first;
    const text = (event: HistoryEvent, field: string): string | undefined => {
      const value = event.details[field];
      return typeof value === "string" ? value : undefined;
    };
    return {
      ...rowOf(arn, events),
      input: text(first, "input"),
      output: last.type in endStatuses ? text(last, "output") : undefined,
      error: last.type in endStatuses ? text(last, "error") : undefined,
      cause: last.type in endStatuses ? text(last, "cause") : undefined,
      mapRunArn: undefined,
      redrivable: false,
      redriveReason: "an Express run cannot be redriven",
    };
  }

  /** The history of a run, which the log has as a whole. */
  pagesOf(arn: string): ReadPage {
    return async ({ reverseOrder }) => {
      const { events } = await this.#eventsOf(arn);
      return { events: reverseOrder ? events.toReversed() : events, nextToken: undefined };
    };
  }

  /** The ARN of the state machine of a run. */
  machineOf(arn: string): string {
    return this.#machineOf(arn).arn;
  }

  #machineOf(arn: string): Machine {
    const machine = this.#machines.find((each) => each.arn === arn || arn.startsWith(expressRunsOf(each.arn)));
    if (machine !== undefined) return machine;
    throw new ProblemError("StateMachineDoesNotExist", "This stack has no such Express state machine.");
  }

  async #eventsOf(arn: string): Promise<Reading> {
    const group = logOf(this.#machineOf(arn));
    const id = arn.split(":").at(-1) ?? arn;
    return this.#keep(arn, async () => {
      const recent = await this.#read(group, Date.now() - hourMs, `"${id}"`);
      const found = recent.events.length > 0 ? recent : await this.#read(group, Date.now() - soughtMs, `"${id}"`);
      const own = found.events.filter(({ executionArn }) => executionArn === arn);
      return { events: own.sort((one, other) => one.id - other.id), isCut: found.isCut };
    });
  }

  /** Keeps what was read for a while, and what has ended for good. */
  async #keep(key: string, read: () => Promise<Reading>): Promise<Reading> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && Date.now() - kept.at < keepMs) return kept.reading;
    const reading = read();
    this.#kept.set(key, { at: Date.now(), reading });
    try {
      const found = await reading;
      const over = found.events.at(-1);
      const isRun = isExpressRun(key);
      if (isRun && over !== undefined && over.type in endStatuses) {
        this.#kept.set(key, { at: Number.POSITIVE_INFINITY, reading });
      }
      return found;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  async #read(group: string, from: number, pattern: string): Promise<Reading> {
    const events: LoggedEvent[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const read = await this.#logs.events({ group, from, pattern, nextToken });
      for (const { message } of read.events) events.push(...eventIn(message));
      nextToken = read.nextToken;
      if (nextToken === undefined) break;
    }
    return { events, isCut: nextToken !== undefined };
  }
}

function logOf({ name, log }: Machine): string {
  if (log === undefined) {
    throw new ProblemError(
      "NotLogged",
      `The Express state machine "${name}" logs nothing, and Step Functions keeps no history of its runs: set its log level to ALL.`,
    );
  }
  if (log.level !== "ALL") {
    throw new ProblemError(
      "NotLogged",
      `The Express state machine "${name}" logs level ${log.level} only, so its runs cannot be shown: set its log level to ALL.`,
    );
  }
  return log.group;
}

/** A line of Step Functions' log. */
function eventIn(message: string): readonly LoggedEvent[] {
  const fields = parseJson(message);
  if (typeof fields !== "object" || fields === null) return [];
  const line = fields as Readonly<Record<string, unknown>>;
  const { id, type, details, previous_event_id: previous, event_timestamp: at, execution_arn: executionArn } = line;
  if (typeof type !== "string" || typeof executionArn !== "string") return [];
  return [
    {
      id: Number(id),
      previousEventId: Number(previous ?? 0),
      type,
      at: Number(at),
      details: (typeof details === "object" && details !== null ? details : {}) as HistoryEvent["details"],
      executionArn,
    },
  ];
}

function rowOf(arn: string, events: readonly LoggedEvent[]): ExecutionRow {
  const end = events.find(({ type }) => type in endStatuses);
  return {
    arn,
    name: arn.split(":").slice(-2).join(":"),
    status: endStatuses[end?.type ?? ""] ?? "RUNNING",
    startedAt: events[0]?.at ?? 0,
    stoppedAt: end?.at,
    itemCount: undefined,
  };
}
