import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import { durationText } from "../../model/words.ts";
import { machineTitle, standardMachines } from "../../service/configuration.ts";
import { isUnreachable } from "../../service/problem.ts";
import type { ExecutionRow } from "../../service/step-functions.ts";
import type { ExecutionFacts } from "../../state/execution-facts.ts";
import type { PageState } from "../../state/page-state.ts";
import { routeTo } from "../../state/routes.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";
import { VirtualRows } from "../list/virtual-rows.ts";
import { problemView } from "../problem-view.ts";
import { agoView } from "../time-view.ts";

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
/** Height of a row in pixels; the style sheet has the same value. */
const rowHeight = 62;

/**
 * The executions of one state machine, newest first. Each is titled by its name or first images; the list can be
 * filtered by status and text.
 */
export class ExecutionsView {
  readonly #virtual: VirtualRows;

  constructor(redraw: () => void) {
    this.#virtual = new VirtualRows(rowHeight, redraw);
  }

  view(page: PageState): TemplateResult {
    const { list, listText, configuration } = page;
    const all = list.rows ?? [];
    const rows = all.filter((row) => matches(row, page.facts.of(row.arn), listText));
    const now = Date.now();
    const { height, rows: visible } = this.#virtual.window(rows.length);
    const drawn = visible.flatMap(({ index, top }) => {
      const row = rows[index];
      return row === undefined ? [] : [{ row, top }];
    });
    page.facts.want(drawn.map(({ row }) => row));
    return html`
      <section class="panel executions" aria-labelledby="executions-title">
        <header>
          <h2 id="executions-title">Executions</h2>
          <select
            aria-label="State machine"
            .value=${live(page.machineArn)}
            @change=${(event: Event) => page.chooseMachine((event.target as HTMLSelectElement).value)}
          >
            ${standardMachines(configuration).map(
              (machine) =>
                html`<option value=${machine.arn} ?selected=${machine.arn === page.machineArn}>${machineTitle(machine, configuration)}</option>`,
            )}
          </select>
        </header>
        <div class="fields">
          <select
            aria-label="Show executions by status"
            @change=${(event: Event) => page.chooseStatus((event.target as HTMLSelectElement).value || undefined)}
          >
            <option value="" ?selected=${list.status === undefined}>All statuses</option>
            ${statuses.map((status) => html`<option value=${status} ?selected=${status === list.status}>${statusText(status)}</option>`)}
          </select>
          <input
            type="search"
            aria-label="Search executions by name or image"
            placeholder="Name or image"
            .value=${live(listText)}
            @input=${(event: Event) => page.searchList((event.target as HTMLInputElement).value)}
          />
        </div>
        ${isUnreachable(page.listProblem) ? nothing : problemView(page.listProblem)}
        ${listText === "" ? nothing : html`<p class="quiet">${rows.length.toLocaleString()} of the ${all.length.toLocaleString()} executions that were read</p>`}
        ${rows.length > 0 || page.listProblem ? nothing : html`<p class="quiet">${list.rows === undefined ? "Reading…" : "No executions."}</p>`}
        <div class="execution-rows" ${ref(this.#virtual.attach)}>
          <ol class="space" .style=${`height: ${height}px`}>
            ${repeat(
              drawn,
              ({ row }) => row.arn,
              ({ row, top }) => html`<li .style=${`transform: translateY(${top}px)`}>${item(page, row, now)}</li>`,
            )}
          </ol>
        </div>
        ${list.hasOlder ? html`<button type="button" class="link" @click=${() => page.showOlder()}>Show older executions</button>` : nothing}
      </section>
    `;
  }
}

function matches({ name }: ExecutionRow, facts: ExecutionFacts | undefined, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    wanted === "" || [name, ...(facts?.names ?? []), facts?.input].some((each) => each?.toLowerCase().includes(wanted))
  );
}

function item(page: PageState, row: ExecutionRow, now: number): TemplateResult {
  const { arn, name, status, startedAt, stoppedAt } = row;
  const facts = page.facts.of(arn);
  return html`<a href=${routeTo(arn)} aria-current=${arn === page.followed?.arn ? "true" : "false"} title=${name}>
    ${statusIcon(statusOfExecution(status))}
    <span class="name">${titleOf(row, facts)}</span>
    <span class="when">${statusText(status)} · ${agoView(startedAt, now)} · ${durationText((stoppedAt ?? now) - startedAt)}</span>
    ${outcome(facts)}
  </a>`;
}

/**
 * The names of the first images are more helpful than a random id. An execution that was named by its caller keeps its
 * name.
 */
function titleOf({ name }: ExecutionRow, facts: ExecutionFacts | undefined): string {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name)) return name;
  const names = facts?.names ?? [];
  if (names.length === 0) return facts?.input || name;
  const more = (facts?.total ?? names.length) - names.length;
  return `${names.join(", ")}${more > 0 ? ` +${more.toLocaleString()}` : ""}`;
}

function outcome(facts: ExecutionFacts | undefined): TemplateResult | typeof nothing {
  if (facts?.total === undefined) return nothing;
  const total = facts.total.toLocaleString();
  if (!facts.failed) return html`<span class="outcome">${total} ${facts.total === 1 ? "image" : "images"}</span>`;
  return html`<span class="outcome" data-bad="true">${facts.failed.toLocaleString()} of ${total} failed</span>`;
}
