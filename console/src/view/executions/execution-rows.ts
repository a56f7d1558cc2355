import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import { isUnreachable } from "../../service/problem.ts";
import type { ExecutionRow } from "../../service/step-functions.ts";
import { listedStatuses, longestSearch } from "../../state/list-filter.ts";
import type { Listing } from "../../state/listing.ts";
import type { PageState } from "../../state/page-state.ts";
import { statusText } from "../icons.ts";
import { VirtualRows } from "../list/virtual-rows.ts";
import { problemView } from "../problem-view.ts";
import { executionItem } from "./execution-item.ts";
import { PeriodField } from "./period-field.ts";

/** Height of a row in pixels; the style sheet has the same value. */
const rowHeight = 62;
/** Older rows are read when the user is this near to the end of the list. */
const rowsBeforeEnd = 12;

/** What the list contains, in words. */
export interface RowWords {
  readonly noun: "execution" | "child execution";
  readonly searchLabel: string;
  readonly statusLabel: string;
}

/** Executions of a machine or a Map Run, newest first, filtered by status, time and text. Ten thousand rows scroll. */
export class ExecutionRows {
  readonly #virtual: VirtualRows;
  readonly #period: PeriodField;

  constructor(redraw: () => void) {
    this.#period = new PeriodField(redraw);
    this.#virtual = new VirtualRows(rowHeight, redraw);
  }

  view(page: PageState, list: Listing, words: RowWords): TemplateResult {
    const rows = list.matching;
    const { height, rows: visible } = this.#virtual.window(rows.length);
    const drawn = visible.flatMap(({ index, top }) => {
      const row = rows[index];
      return row === undefined ? [] : [{ row, top, index }];
    });
    list.want(drawn.map(({ row }) => row));
    // Not while the list is at its top: a short list would be read to its end without being looked at.
    const nearEnd = this.#virtual.isScrolled && (drawn.at(-1)?.index ?? 0) >= rows.length - rowsBeforeEnd;
    if (nearEnd && list.hasOlder && list.text === "" && list.problem === undefined) void list.older();
    return html`
      <div class="fields">${statusField(list, words)} ${this.#period.view(list)} ${searchField(list, words)}</div>
      ${isUnreachable(list.problem) ? nothing : problemView(list.problem)} ${searchWords(list, rows, words)}
      ${list.note === undefined ? nothing : html`<p class="quiet">${list.note}</p>`}
      <div class="execution-rows" ${ref(this.#virtual.attach)}>
        <ol class="space" .style=${`height: ${height}px`}>
          ${repeat(
            drawn,
            ({ row }) => row.arn,
            ({ row, top }) =>
              html`<li .style=${`transform: translateY(${top}px)`}>${executionItem(page, list, row)}</li>`,
          )}
        </ol>
      </div>
      ${list.hasOlder ? html`<button type="button" class="link" @click=${() => list.older()}>Show older ${words.noun}s</button>` : nothing}
    `;
  }
}

function statusField(list: Listing, { statusLabel }: RowWords): TemplateResult {
  return html`<select
    aria-label=${statusLabel}
    .value=${live(list.status ?? "")}
    @change=${(event: Event) => list.choose((event.target as HTMLSelectElement).value || undefined)}
  >
    <option value="" ?selected=${list.status === undefined}>All statuses</option>
    ${listedStatuses.map((status) => html`<option value=${status} ?selected=${status === list.status}>${statusText(status)}</option>`)}
  </select>`;
}

function searchField(list: Listing, { searchLabel }: RowWords): TemplateResult {
  return html`<input
    type="search"
    aria-label=${searchLabel}
    placeholder="Search"
    maxlength=${longestSearch}
    .value=${live(list.text)}
    @input=${(event: Event) => list.search((event.target as HTMLInputElement).value)}
  />`;
}

/** How much was searched: the data of an execution costs a call, so a long list is searched in parts. */
function searchWords(
  list: Listing,
  found: readonly ExecutionRow[],
  { noun }: RowWords,
): TemplateResult | typeof nothing {
  const { rows, inPeriod, text, searched, hasOlder } = list;
  if (rows === undefined) return html`<p class="quiet">Reading…</p>`;
  if (text.trim() === "") return inPeriod.length === 0 ? html`<p class="quiet">No ${noun}s.</p>` : nothing;
  const known = `${inPeriod.length.toLocaleString()}${hasOlder ? " or more" : ""}`;
  return html`<p class="quiet" role="status">
    ${found.length.toLocaleString()} found · ${searched.toLocaleString()} of ${known} searched
    ${list.canSearchFurther ? html`<button type="button" class="link" @click=${() => list.searchFurther()}>Search further</button>` : nothing}
  </p>`;
}
