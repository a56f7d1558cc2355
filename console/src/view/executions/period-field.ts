import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Listing } from "../../state/listing.ts";

const hourMs = 3_600_000;
const between = "between";
/** Names of periods that end now, with their lengths. */
const recent: readonly (readonly [words: string, lengthMs: number])[] = [
  ["Last hour", hourMs],
  ["Last 24 hours", 24 * hourMs],
  ["Last 7 days", 7 * 24 * hourMs],
];

/** The choice of a period: recent, or between two local times. */
export class PeriodField {
  /** The chosen option: a length in milliseconds, or that the fields for two times are shown. */
  #chosen = "";
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  view(list: Listing): TemplateResult {
    const { from, to } = list.period;
    // Another list begins with any time.
    if (from === undefined && to === undefined && this.#chosen !== between) this.#chosen = "";
    const time = (label: string, at: number | undefined, change: (at: number | undefined) => void): TemplateResult =>
      html`<input type="datetime-local" step="1" aria-label=${label} .value=${localText(at)} @change=${(event: Event) => change(timeIn(event))} />`;
    return html`
      <select aria-label="Show by start time" .value=${live(this.#chosen)} @change=${(event: Event) => this.#choose(list, (event.target as HTMLSelectElement).value)}>
        <option value="">Any time</option>
        ${recent.map(([words, length]) => html`<option value=${length}>${words}</option>`)}
        <option value=${between}>Between…</option>
      </select>
      ${
        this.#chosen === between
          ? html`${time("Started after", from, (at) => void list.choosePeriod({ from: at, to }))}
            ${time("Started before", to, (at) => void list.choosePeriod({ from, to: at }))}`
          : nothing
      }
    `;
  }

  #choose(list: Listing, value: string): void {
    this.#chosen = value;
    if (value === "") void list.choosePeriod({ from: undefined, to: undefined });
    else if (value !== between) void list.choosePeriod({ from: Date.now() - Number(value), to: undefined });
    this.#redraw();
  }
}

/** A time as the field writes it: local, without a zone. */
function localText(at: number | undefined): string {
  if (at === undefined) return "";
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

function timeIn(event: Event): number | undefined {
  const { value } = event.target as HTMLInputElement;
  const at = new Date(value).getTime();
  return value === "" || Number.isNaN(at) ? undefined : at;
}
