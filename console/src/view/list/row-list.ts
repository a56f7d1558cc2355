import { html, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import { VirtualRows } from "./virtual-rows.ts";

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly label: string;
  readonly keyOf: (row: Row) => number;
  readonly selected: number | undefined;
  readonly select: (row: Row) => void;
  readonly draw: (row: Row) => TemplateResult;
}

/** Height of a row in pixels; the style sheet has the same value. */
const rowHeight = 28;

/** A list box that draws only the visible rows. Arrow keys, Page Up, Page Down, Home and End move the selection. */
export class RowList<Row> {
  readonly #id: string;
  readonly #virtual: VirtualRows;
  /** Index of the selected row. It may be ahead of the drawn selection while keys arrive faster than frames. */
  #current = -1;
  /** The selection that was last scrolled into view. A selection made elsewhere is scrolled into view once. */
  #revealed: number | undefined;

  constructor(id: string, redraw: () => void) {
    this.#id = id;
    this.#virtual = new VirtualRows(rowHeight, redraw);
  }

  view(list: Rows<Row>): TemplateResult {
    const { rows, label, keyOf, selected } = list;
    const { height, rows: visible } = this.#virtual.window(rows.length);
    this.#current = selected === undefined ? -1 : rows.findIndex((row) => keyOf(row) === selected);
    if (selected !== this.#revealed) {
      this.#revealed = selected;
      if (this.#current >= 0) this.#virtual.reveal(this.#current);
    }
    const drawn = visible.some(({ index }) => index === this.#current);
    return html`
      <div
        class="rows"
        id=${this.#id}
        role="listbox"
        tabindex="0"
        aria-label=${label}
        aria-activedescendant=${drawn ? `${this.#id}-${selected}` : ""}
        ${ref(this.#virtual.attach)}
        @keydown=${(event: KeyboardEvent) => this.#key(event, list)}
      >
        <div class="space" role="presentation" .style=${`height: ${height}px`}>
          ${repeat(
            visible.flatMap(({ index, top }) => {
              const row = rows[index];
              return row === undefined ? [] : [{ row, index, top }];
            }),
            ({ row }) => keyOf(row),
            ({ row, index, top }) => this.#row(list, row, index, top),
          )}
        </div>
      </div>
    `;
  }

  #row({ rows, keyOf, selected, select, draw }: Rows<Row>, row: Row, index: number, top: number): TemplateResult {
    const key = keyOf(row);
    return html`<div
      class="row"
      role="option"
      id="${this.#id}-${key}"
      .style=${`transform: translateY(${top}px)`}
      aria-selected=${key === selected ? "true" : "false"}
      aria-setsize=${rows.length}
      aria-posinset=${index + 1}
      @click=${() => select(row)}
    >
      ${draw(row)}
    </div>`;
  }

  #key(event: KeyboardEvent, { rows, select }: Rows<Row>): void {
    const current = this.#current;
    const page = this.#virtual.pageRows;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current < 0 ? 0 : current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, wanted));
    const row = rows[next];
    if (row === undefined) return;
    this.#virtual.reveal(next);
    select(row);
    this.#current = next;
  }
}
