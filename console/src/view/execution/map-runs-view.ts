import { html, nothing, type TemplateResult } from "lit-html";
import type { Counts, MapRunLook } from "../../service/step-functions.ts";
import type { PageState } from "../../state/page-state.ts";
import { ExecutionRows, type RowWords } from "../executions/execution-rows.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";

const words: RowWords = {
  noun: "child execution",
  searchLabel: "Search child executions by name, image or input",
  statusLabel: "Show children by status",
};

/** The Map Runs of an execution: the number of children per status, and a list with a link to each child. */
export class MapRunsView {
  readonly #rows: ExecutionRows;

  constructor(redraw: () => void) {
    this.#rows = new ExecutionRows(redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, children } = page;
    if (followed === undefined || followed.mapRuns.length === 0) return nothing;
    return html`${followed.mapRuns.map(
      (run) => html`<details
        class="panel map-run"
        ?open=${children.of === run.arn}
        @toggle=${(event: Event) => toggle(page, run, (event.target as HTMLDetailsElement).open)}
      >
        <summary>
          ${statusIcon(statusOfExecution(run.status))} <b>Map Run ${run.label}</b>
          <span>${statusText(run.status)} · ${countsText(run.children, "child execution")}</span>
        </summary>
        ${children.of === run.arn ? this.#rows.view(page, children, words) : nothing}
      </details>`,
    )}`;
  }
}

function toggle({ children }: PageState, { arn }: MapRunLook, open: boolean): void {
  if (open && children.of !== arn) children.open(arn);
  if (!open && children.of === arn) children.close();
}

/** `3 of 40 child executions succeeded · 2 running · 35 waiting`. */
function countsText({ total, succeeded, running, pending, failed, aborted }: Counts, noun: string): string {
  const parts: readonly (readonly [number, string])[] = [
    [running, "running"],
    [pending, "waiting"],
    [failed, "failed"],
    [aborted, "aborted"],
  ];
  const rest = parts.filter(([count]) => count > 0).map(([count, words]) => `${count.toLocaleString()} ${words}`);
  return [`${succeeded.toLocaleString()} of ${counted(total, noun)} succeeded`, ...rest].join(" · ");
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}
