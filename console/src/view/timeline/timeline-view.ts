import { html, nothing, svg, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { detail, type HistoryEvent } from "../../model/history/event.ts";
import type { History } from "../../model/history/history.ts";
import { placeOf } from "../../model/history/run.ts";
import { statusWords } from "../../model/history/tally.ts";
import { positionOf, type Row, type Span, spanOf, ticksOf } from "../../model/timeline.ts";
import { durationText, roundDurationText } from "../../model/words.ts";
import type { PageState } from "../../state/page-state.ts";
import { timelineOf } from "../derived.ts";
import { statusIcon } from "../icons.ts";
import { RowList } from "../list/row-list.ts";

/** When each state ran, as bars on one time axis; or every event, as a list. */
export class TimelineView {
  readonly #states: RowList<Row>;
  readonly #events: RowList<HistoryEvent>;
  #found:
    | {
        readonly history: History;
        readonly version: number;
        readonly text: string;
        readonly events: readonly HistoryEvent[];
      }
    | undefined;

  constructor(redraw: () => void) {
    this.#states = new RowList("state-rows", redraw);
    this.#events = new RowList("event-rows", redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, timelineTab } = page;
    if (followed === undefined || followed.history.events.length === 0) return nothing;
    const { runs, events } = followed.history;
    const tab = (name: PageState["timelineTab"], text: string): TemplateResult => html`<button
      type="button"
      role="tab"
      id="tab-${name}"
      aria-controls="timeline-rows"
      aria-selected=${timelineTab === name ? "true" : "false"}
      tabindex=${timelineTab === name ? 0 : -1}
      @click=${() => page.chooseTab(name)}
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
        <div id="timeline-rows" role="tabpanel" aria-labelledby="tab-${timelineTab}">
          ${timelineTab === "states" ? this.#stateRows(page) : this.#eventRows(page)}
        </div>
      </section>
    `;
  }

  #stateRows(page: PageState): TemplateResult | typeof nothing {
    const { followed, selection } = page;
    if (followed === undefined) return nothing;
    const { history } = followed;
    const span = spanOf(history, Math.max(Date.now(), history.events.at(-1)?.at ?? 0));
    return html`
      ${axis(span)}
      ${this.#states.view({
        rows: timelineOf(history),
        label: "States by time",
        keyOf: ({ run }) => run.id,
        selected: selection?.kind === "run" ? selection.id : undefined,
        select: ({ run }) => page.select({ kind: "run", id: run.id }),
        draw: (row) => stateRow(row, span),
      })}
    `;
  }

  #eventRows(page: PageState): TemplateResult | typeof nothing {
    const { followed, selection } = page;
    if (followed === undefined) return nothing;
    const { history } = followed;
    const rows = this.#matching(history, page.eventText);
    return html`
      <div class="fields">
        <input
          type="search"
          aria-label="Search events by type, state or text"
          placeholder="Type, state or text"
          .value=${live(page.eventText)}
          @input=${(event: Event) => page.searchEvents((event.target as HTMLInputElement).value)}
        />
        ${page.eventText === "" ? nothing : html`<span class="quiet">${rows.length.toLocaleString()} of ${history.events.length.toLocaleString()}</span>`}
      </div>
      <div class="row heads" aria-hidden="true"><span class="number">Event</span><span class="after">After</span><span>Type</span><span>State</span></div>
      ${this.#events.view({
        rows,
        label: "Events",
        keyOf: ({ id }) => id,
        selected: selection?.kind === "event" ? selection.id : undefined,
        select: ({ id }) => page.select({ kind: "event", id }),
        draw: (event) => eventRow(event, page),
      })}
    `;
  }

  /** Cached until the history grows or the search text changes, because a history may have 25,000 events. */
  #matching(history: History, text: string): readonly HistoryEvent[] {
    if (text === "") return history.events;
    const { version } = history;
    if (this.#found?.history === history && this.#found.version === version && this.#found.text === text) {
      return this.#found.events;
    }
    const wanted = text.toLowerCase();
    const events = history.events.filter((event) => {
      const words = [event.type, history.runOf(event.id)?.name, JSON.stringify(event.details)];
      return words.some((each) => each?.toLowerCase().includes(wanted));
    });
    this.#found = { history, version, text, events };
    return events;
  }
}

function switchByKey(page: PageState, event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const next = page.timelineTab === "states" ? "events" : "states";
  page.chooseTab(next);
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${next}`)?.focus();
}

function axis(span: Span): TemplateResult {
  return html`<div class="axis" aria-hidden="true">
    <span></span>
    <svg class="track" width="100%" height="18">
      ${ticksOf(span).map((after) => {
        const x = `${positionOf(span.from + after, span) * 100}%`;
        return svg`<line x1=${x} x2=${x} y1="12" y2="18" /><text x=${x} y="10">${after === 0 ? "0" : roundDurationText(after)}</text>`;
      })}
    </svg>
    <span></span>
  </div>`;
}

function stateRow({ run, depth, location }: Row, span: Span): TemplateResult {
  const { name, status, enteredAt, exitedAt, failures } = run;
  const length = durationText((exitedAt ?? span.to) - enteredAt);
  const percent = (at: number): string => `${positionOf(at, span) * 100}%`;
  return html`
    <span class="what" data-depth=${Math.min(depth, 4)}>
      ${statusIcon(status)}<span class="name">${name}</span>${location === "" ? nothing : html`<span class="place">${location}</span>`}
    </span>
    <svg class="track" width="100%" height="20" data-status=${status} role="img" aria-label="${statusWords[status]}, ${length}">
      <line x1=${percent(enteredAt)} x2=${percent(exitedAt ?? span.to)} y1="10" y2="10" />
      ${failures.map(({ at }) => svg`<circle class="attempt" cx=${percent(at)} cy="10" r="3.5" />`)}
    </svg>
    <span class="length">${length}</span>
  `;
}

function eventRow(event: HistoryEvent, { followed }: PageState): TemplateResult {
  const { id, type, at, details } = event;
  const run = followed?.history.runOf(id);
  const index = details["index"];
  const error = detail(event, "error");
  const subject = run === undefined ? (typeof index === "number" ? `#${index}` : "") : `${run.name} ${placeOf(run)}`;
  return html`
    <span class="number">${id}</span>
    <span class="after">${durationText(at - (followed?.history.startedAt ?? at))}</span>
    <span class="type" data-bad=${/Failed|TimedOut|Aborted/.test(type) ? "true" : "false"}>${type}</span>
    <span class="subject">${subject}${error === undefined ? nothing : html` <code>${error}</code>`}</span>
  `;
}
