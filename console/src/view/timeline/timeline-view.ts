import { html, nothing, type TemplateResult } from "lit-html";
import { everyEvent } from "../../model/history/event-filter.ts";
import type { PageState } from "../../state/page-state.ts";
import { EventsView } from "./events-view.ts";
import { StatesView } from "./states-view.ts";

/** When each state ran, as bars on one time axis; or every event, as a list. */
export class TimelineView {
  readonly #states: StatesView;
  readonly #events: EventsView;

  constructor(redraw: () => void) {
    this.#states = new StatesView(redraw);
    this.#events = new EventsView(redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed } = page;
    if (followed === undefined || followed.history.events.length === 0) return nothing;
    const { runs, events } = followed.history;
    const shown = page.events === undefined ? "states" : "events";
    const tab = (name: "states" | "events", text: string): TemplateResult => html`<button
      type="button"
      role="tab"
      id="tab-${name}"
      aria-controls="timeline-rows"
      aria-selected=${shown === name ? "true" : "false"}
      tabindex=${shown === name ? 0 : -1}
      @click=${() => choose(page, name)}
    >
      ${text}
    </button>`;
    return html`
      <section class="panel timeline" aria-labelledby="timeline-title">
        <header>
          <h2 id="timeline-title">Timeline</h2>
          <div class="tabs" role="tablist" aria-label="What the timeline shows" @keydown=${(event: KeyboardEvent) => switchByKey(page, event)}>
            ${tab("states", `States ${runs.length.toLocaleString()}`)} ${tab("events", `Events ${events.length.toLocaleString()}`)}
          </div>
        </header>
        <div id="timeline-rows" role="tabpanel" aria-labelledby="tab-${shown}">
          ${page.events === undefined ? this.#states.view(page, followed) : this.#events.view(page, followed.history, page.events)}
        </div>
      </section>
    `;
  }
}

function choose(page: PageState, name: "states" | "events"): void {
  page.showEvents(name === "states" ? undefined : (page.events ?? everyEvent));
}

function switchByKey(page: PageState, event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const next = page.events === undefined ? "events" : "states";
  choose(page, next);
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${next}`)?.focus();
}
