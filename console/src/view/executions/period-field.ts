import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { anyTime, type RecentPeriod, recentPeriod } from "../../state/list-filter.ts";
import type { Listing } from "../../state/listing.ts";

const between = "between";
const recentWords: Readonly<Record<RecentPeriod, string>> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

const recentNames = Object.keys(recentWords) as readonly RecentPeriod[];

/** The choice of a period: recent, or between two local times. */
export class PeriodField {
  /** Whether the fields for two times are shown, even without a time. */
  #isBetween = false;
  #of: string | undefined;
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  view(list: Listing): TemplateResult {
    const { from, to, recent } = list.period;
    // Another list begins with any time.
    if (this.#of !== list.of) this.#isBetween = false;
    this.#of = list.of;
    const isLimited = from !== undefined || to !== undefined;
    const chosen = recent ?? (isLimited || this.#isBetween ? between : "");
    const time = (label: string, at: number | undefined, change: (at: number | undefined) => void): TemplateResult =>
      html`<input type="datetime-local" step="1" aria-label=${label} .value=${localText(at)} @change=${(event: Event) => change(timeIn(event))} />`;
    return html`
      <select aria-label="Show by start time" .value=${live(chosen)} @change=${(event: Event) => this.#choose(list, (event.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${chosen === ""}>Any time</option>
        ${recentNames.map((name) => html`<option value=${name} ?selected=${chosen === name}>${recentWords[name]}</option>`)}
        <option value=${between} ?selected=${chosen === between}>Between…</option>
      </select>
      ${
        chosen === between
          ? html`${time("Started after", from, (at) => void list.choosePeriod({ from: at, to }))}
            ${time("Started before", to, (at) => void list.choosePeriod({ from, to: at }))}`
          : nothing
      }
    `;
  }

  #choose(list: Listing, value: string): void {
    const recent = recentNames.find((name) => name === value);
    const { from, to } = list.period;
    this.#isBetween = value === between;
    if (recent !== undefined) void list.choosePeriod(recentPeriod(recent));
    else void list.choosePeriod(value === between ? { from, to } : anyTime);
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
