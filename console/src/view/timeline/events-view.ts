import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { detail, type HistoryEvent } from "../../model/history/event.ts";
import { countTypes, type EventFilter, filterEvents } from "../../model/history/event-filter.ts";
import type { History } from "../../model/history/history.ts";
import { placeOf } from "../../model/history/run.ts";
import { durationText } from "../../model/words.ts";
import type { PageState } from "../../state/page-state.ts";
import { derived } from "../derived.ts";
import { RowList } from "../list/row-list.ts";

const typesOf = derived(countTypes);

/** Every event of a history, filtered by type and text. */
export class EventsView {
  readonly #rows: RowList<HistoryEvent>;
  #found: Found | undefined;

  constructor(redraw: () => void) {
    this.#rows = new RowList("event-rows", redraw);
  }

  view(page: PageState, history: History, filter: EventFilter): TemplateResult {
    const { selection } = page;
    const rows = this.#matching(history, filter);
    const isFiltered = rows.length !== history.events.length || filter.text !== "" || filter.type !== undefined;
    return html`
      <div class="fields">
        <select
          aria-label="Show events by type"
          .value=${live(filter.type ?? "")}
          @change=${(event: Event) => page.showEvents({ type: (event.target as HTMLSelectElement).value || undefined, text: filter.text })}
        >
          <option value="" ?selected=${filter.type === undefined}>All types</option>
          ${typesOf(history).map(([type, count]) => html`<option value=${type} ?selected=${type === filter.type}>${type} ${count.toLocaleString()}</option>`)}
        </select>
        <input
          type="search"
          aria-label="Search events by type, state or text"
          placeholder="Type, state or text"
          .value=${live(filter.text)}
          @input=${(event: Event) => page.showEvents({ type: filter.type, text: (event.target as HTMLInputElement).value })}
        />
        ${isFiltered ? html`<span class="quiet" role="status">${rows.length.toLocaleString()} of ${history.events.length.toLocaleString()}</span>` : nothing}
      </div>
      <div class="row heads" aria-hidden="true">
        <span class="number">Event</span><span class="after">After</span><span>Type</span><span>State</span>
      </div>
      ${this.#rows.view({
        rows,
        label: "Events",
        keyOf: ({ id }) => id,
        selected: selection?.kind === "event" ? selection.id : undefined,
        select: ({ id }) => page.select({ kind: "event", id }),
        draw: (event) => eventRow(event, history),
      })}
    `;
  }

  /** Cached until the history grows or the filter changes, because a history may have 25,000 events. */
  #matching(history: History, filter: EventFilter): readonly HistoryEvent[] {
    const { version } = history;
    const found = this.#found;
    if (found?.history === history && found.version === version && found.filter === filter) return found.events;
    this.#found = { history, version, filter, events: filterEvents(history, filter) };
    return this.#found.events;
  }
}

interface Found {
  readonly history: History;
  readonly version: number;
  readonly filter: EventFilter;
  readonly events: readonly HistoryEvent[];
}

function eventRow(event: HistoryEvent, { runOf, startedAt }: History): TemplateResult {
  const { id, type, at, details } = event;
  const run = runOf(id);
  const index = details["index"];
  const error = detail(event, "error");
  const subject = run === undefined ? (typeof index === "number" ? `#${index}` : "") : `${run.name} ${placeOf(run)}`;
  const time = new Date(at);
  return html`
    <span class="number">${id}</span>
    <span class="after" title="${time.toLocaleString()}, ${time.toISOString()} (UTC)">${durationText(at - startedAt)}</span>
    <span class="type" data-bad=${/Failed|TimedOut|Aborted/.test(type) ? "true" : "false"}>${type}</span>
    <span class="subject">${subject}${error === undefined ? nothing : html` <code>${error}</code>`}</span>
  `;
}
