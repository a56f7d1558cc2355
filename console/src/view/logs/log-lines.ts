import { html, nothing, type TemplateResult } from "lit-html";
import type { LogEvent } from "../../model/logs/log-event.ts";
import type { LogLine } from "../../model/logs/log-line.ts";
import { readEvent } from "../../model/logs/read-event.ts";
import type { LogReading } from "../../state/logs/log-reading.ts";
import type { PageState } from "../../state/page-state.ts";
import { problemView } from "../problem-view.ts";

/** Most lines that are drawn of one call. */
const mostLines = 500;

const timeFormat = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
} as const satisfies Intl.DateTimeFormatOptions;

/** The lines of a call, with their times; those with errors first if the user wants that. */
export function logLines(events: readonly LogEvent[], errorsFirst: boolean): TemplateResult {
  const isFirst = (event: LogEvent): boolean => errorsFirst && readEvent(event).line.level === "error";
  const sorted = [...events.filter(isFirst), ...events.filter((event) => !isFirst(event))];
  return html`
    <ol class="log-lines">
      ${sorted.slice(0, mostLines).map((event) => lineView(event.at, readEvent(event).line))}
    </ol>
    ${sorted.length > mostLines ? html`<p class="quiet">${(sorted.length - mostLines).toLocaleString()} more lines.</p>` : nothing}
  `;
}

function lineView(at: number, { level, text, stack }: LogLine): TemplateResult {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, timeFormat);
  return html`<li data-level=${level}>
    <time datetime=${date.toISOString()} title="${date.toISOString()} (UTC)">${time}</time>
    <span>${level === "error" ? html`<b class="unseen">Error: </b>` : nothing}${text}</span>
    ${stack.length === 0 ? nothing : html`<pre tabindex="0" aria-label="Stack">${stack.join("\n")}</pre>`}
  </li>`;
}

/** What is said above the lines: whether they are still read, and what went wrong. */
export function readingView(reading: LogReading): TemplateResult {
  const { problem, size, complete, isFull, reading: busy } = reading;
  const read = `${size.toLocaleString()} events were read.`;
  const full = `${read} The page keeps no more of a log: CloudWatch Logs has the rest.`;
  const words = isFull ? full : busy ? "Reading the log…" : complete ? "" : read;
  return html`
    ${words === "" ? nothing : html`<p class="quiet" role="status">${words}</p>`}
    ${
      problem === undefined
        ? nothing
        : html`${problemView(problem)}<button type="button" @click=${() => reading.follow()}>Try again</button>`
    }
    ${
      complete || busy || isFull || problem !== undefined
        ? nothing
        : html`<button type="button" @click=${() => reading.follow()}>Read more</button>`
    }
  `;
}

export function errorsFirstSwitch(page: PageState): TemplateResult {
  return html`<label class="switch"
    ><input
      type="checkbox"
      .checked=${page.logs.errorsFirst}
      @change=${(event: Event) => page.logs.sort((event.target as HTMLInputElement).checked)}
    />
    Errors first</label
  >`;
}
