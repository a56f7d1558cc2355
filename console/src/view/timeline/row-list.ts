import { html, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly label: string;
  readonly keyOf: (row: Row) => number;
  readonly selected: number | undefined;
  readonly select: (row: Row) => void;
  readonly draw: (row: Row) => TemplateResult;
}

/** Pixels of a row, as the style sheet has it. */
const rowHeight = 28;
/** Rows that are drawn above and below what is seen, so that scrolling meets no gap. */
const margin = 12;

/**
 * A list box that draws only the rows in sight: ten thousand cost no more than thirty. Arrow keys, Page Up, Page Down,
 * Home and End move the selection.
 */
export class RowList<Row> {
  readonly #id: string;
  readonly #redraw: () => void;
  #top = 0;
  /** Place of the selected row; ahead of what is drawn while keys come faster than frames. */
  #current = -1;
  #height = 400;

  constructor(id: string, redraw: () => void) {
    this.#id = id;
    this.#redraw = redraw;
  }

  view(list: Rows<Row>): TemplateResult {
    const { rows, label, keyOf, selected } = list;
    const first = Math.max(0, Math.floor(this.#top / rowHeight) - margin);
    const last = Math.min(rows.length, Math.ceil((this.#top + this.#height) / rowHeight) + margin);
    this.#current = rows.findIndex((row) => keyOf(row) === selected);
    const seen = this.#current >= first && this.#current < last;
    return html`
      <div
        class="rows"
        id=${this.#id}
        role="listbox"
        tabindex="0"
        aria-label=${label}
        aria-activedescendant=${seen ? `${this.#id}-${selected}` : ""}
        @scroll=${(event: Event) => this.#scrolled(event.currentTarget as HTMLElement)}
        @keydown=${(event: KeyboardEvent) => this.#key(event, list)}
      >
        <svg class="space" width="1" height=${rows.length * rowHeight} aria-hidden="true"></svg>
        <svg class="space above" width="1" height=${first * rowHeight} aria-hidden="true"></svg>
        ${repeat(
          rows.slice(first, last).map((row, at) => [row, first + at] as const),
          ([row]) => keyOf(row),
          ([row, at]) => this.#row(list, row, at),
        )}
      </div>
    `;
  }

  #row({ rows, keyOf, selected, select, draw }: Rows<Row>, row: Row, at: number): TemplateResult {
    const key = keyOf(row);
    return html`<div
      class="row"
      role="option"
      id="${this.#id}-${key}"
      aria-selected=${key === selected ? "true" : "false"}
      aria-setsize=${rows.length}
      aria-posinset=${at + 1}
      @click=${() => select(row)}
    >
      ${draw(row)}
    </div>`;
  }

  #scrolled(element: HTMLElement): void {
    this.#top = element.scrollTop;
    this.#height = element.clientHeight;
    this.#redraw();
  }

  #key(event: KeyboardEvent, { rows, select }: Rows<Row>): void {
    const current = this.#current;
    const page = Math.max(1, Math.floor(this.#height / rowHeight) - 1);
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
    this.#reveal(event.currentTarget as HTMLElement, next);
    select(row);
    this.#current = next;
  }

  #reveal(element: HTMLElement, at: number): void {
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
    this.#top = element.scrollTop;
    this.#height = element.clientHeight;
  }
}
