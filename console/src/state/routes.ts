import { everyImage, filterFromQuery, filterToQuery, type ImageFilter } from "../model/images/filter.ts";
import { type Configuration, executionArn, executionName, machineArnOf } from "../service/configuration.ts";
import { type Selection, selectionFromQuery, selectionToQuery } from "./selection.ts";

/** What is shown of an execution: the selection, and the filter for its images. */
export interface Shown {
  readonly selection: Selection | undefined;
  readonly filter: ImageFilter;
}

/**
 * What the page's address refers to: nothing, a machine (`#machine`), an execution
 * (`#machine/execution?state=Classify`), a child execution (`#machine/label/child`), or a machine that is not deployed
 * here.
 */
export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "machine"; readonly machineArn: string }
  | ({ readonly kind: "execution"; readonly machineArn: string; readonly executionArn: string } & Shown)
  | { readonly kind: "unknown"; readonly machineName: string };

export const wholeExecution: Shown = { selection: undefined, filter: everyImage };

/** The address of an execution, including its selection and filter. */
export function routeTo(arn: string, { selection, filter }: Shown = wholeExecution): string {
  const query = new URLSearchParams();
  if (selection !== undefined) selectionToQuery(selection, query);
  filterToQuery(filter, query);
  const path = `#${executionName(machineArnOf(arn))}/${encodeURIComponent(executionName(arn))}`;
  return query.size === 0 ? path : `${path}?${query}`;
}

/** The address of a machine's list of executions. */
export function routeToMachine(arn: string): string {
  return `#${executionName(arn)}`;
}

export function readRoute(hash: string, { stateMachines }: Configuration): Route {
  const text = hash.replace(/^#/, "");
  const mark = text.indexOf("?");
  const [path, query] = mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
  const [machineName = "", ...names] = path.split("/");
  if (machineName === "") return { kind: "home" };
  const machine = stateMachines.find((candidate) => candidate.name === machineName);
  if (machine === undefined) return { kind: "unknown", machineName };
  const name = names.pop();
  if (name === undefined || name === "") return { kind: "machine", machineArn: machine.arn };
  const fields = new URLSearchParams(query);
  return {
    kind: "execution",
    machineArn: machine.arn,
    executionArn: executionArn([machine.arn, ...names].join("/"), decode(name)),
    selection: selectionFromQuery(fields),
    filter: filterFromQuery(fields),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
