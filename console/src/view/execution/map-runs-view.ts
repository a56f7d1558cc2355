import { html, nothing, type TemplateResult } from "lit-html";
import { executionName } from "../../service/configuration.ts";
import type { Counts, ExecutionRow, MapRunLook } from "../../service/step-functions.ts";
import type { ChildList } from "../../state/child-list.ts";
import { routeTo } from "../../state/routes.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

/** The Map Runs of an execution: the number of children per status, and a list with a link to each child. */
export function mapRunsView(mapRuns: readonly MapRunLook[], children: ChildList): TemplateResult | typeof nothing {
  if (mapRuns.length === 0) return nothing;
  return html`${mapRuns.map(
    (run) => html`<details
      class="panel map-run"
      ?open=${children.of === run.arn}
      @toggle=${(event: Event) => children.toggle(run.arn, (event.target as HTMLDetailsElement).open)}
    >
      <summary>
        ${statusIcon(statusOfExecution(run.status))} <b>Map Run ${run.label}</b>
        <span>${statusText(run.status)} · ${countsText(run.children, "child execution")}</span>
      </summary>
      ${children.of === run.arn ? childRows(children) : nothing}
    </details>`,
  )}`;
}

function childRows(children: ChildList): TemplateResult {
  const rows = children.rows ?? [];
  return html`
    <div class="fields">
      <select
        aria-label="Show children by status"
        @change=${(event: Event) => children.choose((event.target as HTMLSelectElement).value || undefined)}
      >
        <option value="" ?selected=${children.status === undefined}>All statuses</option>
        ${statuses.map((status) => html`<option value=${status} ?selected=${status === children.status}>${statusText(status)}</option>`)}
      </select>
    </div>
    ${rows.length === 0 ? html`<p class="quiet">${children.rows === undefined ? "Reading…" : "No child execution."}</p>` : nothing}
    <ol>
      ${rows.map((row) => html`<li>${childRow(row)}</li>`)}
    </ol>
    ${children.hasOlder ? html`<button type="button" class="link" @click=${() => children.older()}>Show more</button>` : nothing}
  `;
}

/** Express children have no link, because they have no history. */
function childRow({ arn, status, itemCount }: ExecutionRow): TemplateResult {
  const name = executionName(arn);
  const items = itemCount === undefined ? "" : ` · ${counted(itemCount, "item")}`;
  return html`${statusIcon(statusOfExecution(status))}
    ${arn.includes(":express:") ? html`<span>${name}</span>` : html`<a href=${routeTo(arn)}>${name}</a>`}
    <span class="quiet">${statusText(status)}${items}</span>`;
}

/** `3 of 40 child executions done, 2 running, 35 waiting`. */
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
