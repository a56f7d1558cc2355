import { type EventFilter, eventFilterFromQuery, eventFilterToQuery } from "../model/history/event-filter.ts";
import { everyImage, filterFromQuery, filterToQuery, type ImageFilter } from "../model/images/filter.ts";
import { type Configuration, executionArn, executionName, machineArnOf } from "../service/configuration.ts";
import { isExported } from "./exported-execution.ts";
import { everyExecution, type ListFilter, listFilterFromQuery, listFilterToQuery } from "./list-filter.ts";
import { type Selection, selectionFromQuery, selectionToQuery } from "./selection.ts";

/** What is shown of an execution: the selection, and the filters for its images and events. */
export interface Shown {
  readonly selection: Selection | undefined;
  readonly filter: ImageFilter;
  /** Undefined: the timeline shows states. */
  readonly events: EventFilter | undefined;
  /** Which executions are listed beside it. */
  readonly listed: ListFilter;
}

/**
 * What the page's address refers to: nothing, a machine (`#machine`), an execution
 * (`#machine/execution?state=Classify`), a child execution (`#machine/label/child`), the history that was opened from a
 * file (`#:file`; no machine has such a name), or a machine that is not deployed here.
 */
export type Route =
  | { readonly kind: "home"; readonly listed: ListFilter }
  | { readonly kind: "machine"; readonly machineArn: string; readonly listed: ListFilter }
  | ({ readonly kind: "execution"; readonly machineArn: string; readonly executionArn: string } & Shown)
  | ({ readonly kind: "file" } & Shown)
  | { readonly kind: "unknown"; readonly machineName: string };

export const wholeExecution: Shown = {
  selection: undefined,
  filter: everyImage,
  events: undefined,
  listed: everyExecution,
};

/** The address of an execution, including its selection and filters. */
export function routeTo(arn: string, { selection, filter, events, listed }: Shown = wholeExecution): string {
  const query = new URLSearchParams();
  if (selection !== undefined) selectionToQuery(selection, query);
  filterToQuery(filter, query);
  if (events !== undefined) eventFilterToQuery(events, query);
  listFilterToQuery(listed, query);
  const path = isExported(arn)
    ? routeToFile
    : `#${executionName(machineArnOf(arn))}/${encodeURIComponent(executionName(arn))}`;
  return withQuery(path, query);
}

/** The address of the history that was opened from a file, or of the form that opens one. */
export const routeToFile = "#:file";

/** The address of a machine's list of executions, including its filter. */
export function routeToMachine(arn: string, listed: ListFilter = everyExecution): string {
  const query = new URLSearchParams();
  listFilterToQuery(listed, query);
  return withQuery(`#${executionName(arn)}`, query);
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`;
}

export function readRoute(hash: string, { stateMachines }: Configuration): Route {
  const text = hash.replace(/^#/, "");
  const mark = text.indexOf("?");
  const [path, query] = mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
  const [machineName = "", ...names] = path.split("/");
  const fields = new URLSearchParams(query);
  const listed = listFilterFromQuery(fields);
  if (machineName === "") return { kind: "home", listed };
  const selection = selectionFromQuery(fields);
  const filter = filterFromQuery(fields);
  const events = eventFilterFromQuery(fields);
  if (path === routeToFile.slice(1)) return { kind: "file", selection, filter, events, listed };
  const machine = stateMachines.find((candidate) => candidate.name === machineName);
  if (machine === undefined) return { kind: "unknown", machineName };
  const name = names.pop();
  if (name === undefined || name === "") return { kind: "machine", machineArn: machine.arn, listed };
  return {
    kind: "execution",
    machineArn: machine.arn,
    executionArn: executionArn([machine.arn, ...names].join("/"), decode(name)),
    selection,
    filter,
    events,
    listed,
  };
}

/**
 * Parts of an address that mean nothing, such as `run=x`: the address that the page would write for what it read does
 * not contain them.
 */
export function meaninglessIn(hash: string, shown: Shown): readonly string[] {
  const given = new URLSearchParams(hash.split("?").slice(1).join("?"));
  const [, written = ""] = routeTo("", shown).split("?");
  const known = new URLSearchParams(written);
  return [...given].filter(([name]) => !known.has(name) && name !== "order").map(([name, value]) => `${name}=${value}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
