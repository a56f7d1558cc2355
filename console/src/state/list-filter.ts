import { hourMs } from "../model/words.ts";

/** Periods that end now: their names in the page's address, with their lengths in milliseconds. */
export const recentPeriods = { "1h": hourMs, "24h": 24 * hourMs, "7d": 7 * 24 * hourMs } as const;
export type RecentPeriod = keyof typeof recentPeriods;

/** When executions were started, in milliseconds since 1970. Undefined: without a limit. */
export interface Period {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Set if the period was chosen by its length: a link to it is relative to when the link is opened. */
  readonly recent?: RecentPeriod | undefined;
}

/** The statuses by which executions can be listed. */
export const listedStatuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

/** Which executions are listed. */
export interface ListFilter {
  /** Undefined: all. */
  readonly status: string | undefined;
  readonly period: Period;
  /** Only executions whose name, images or input contain this. */
  readonly text: string;
}

/** Characters of the text that is searched for: an ARN is much shorter. */
export const longestSearch = 1_000;

export const anyTime: Period = { from: undefined, to: undefined };
export const everyExecution: ListFilter = { status: undefined, period: anyTime, text: "" };

/** The period that has this length and ends now. */
export function recentPeriod(recent: RecentPeriod, now = Date.now()): Period {
  return { from: now - recentPeriods[recent], to: undefined, recent };
}

/** Writes the filter into the page's address. Fields that exclude nothing are left out; times are UTC. */
export function listFilterToQuery({ status, period, text }: ListFilter, query: URLSearchParams): void {
  if (status !== undefined) query.set("status", status);
  if (period.recent !== undefined) query.set("last", period.recent);
  else {
    if (period.from !== undefined) query.set("after", timeText(period.from));
    if (period.to !== undefined) query.set("before", timeText(period.to));
  }
  if (text !== "") query.set("search", text);
}

/** Reads the filter from the page's address. Values that the page does not write exclude nothing. */
export function listFilterFromQuery(query: URLSearchParams): ListFilter {
  const recent = Object.keys(recentPeriods).find((each): each is RecentPeriod => each === query.get("last"));
  const [from, to] = [timeIn(query.get("after")), timeIn(query.get("before"))];
  const between = from === undefined && to === undefined ? anyTime : { from, to };
  const text = query.get("search") ?? "";
  return {
    status: listedStatuses.find((each) => each === query.get("status")),
    period: recent === undefined ? between : recentPeriod(recent),
    text: text.length > longestSearch ? "" : text,
  };
}

/** Whether two filters have the same address: a recent period does not change because time passes. */
export function isSameListFilter(one: ListFilter, other: ListFilter): boolean {
  return addressOf(one) === addressOf(other);
}

function addressOf(filter: ListFilter): string {
  const query = new URLSearchParams();
  listFilterToQuery(filter, query);
  return query.toString();
}

/** The first day that a field for a time can show in every time zone. */
const firstTime = Date.parse("0001-01-02T00:00:00Z");

function timeText(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** Only a UTC time of the years that a field for a time can show: other texts mean something else in each browser. */
function timeIn(text: string | null): number | undefined {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  return at >= firstTime ? at : undefined;
}
