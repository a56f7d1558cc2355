import { html, nothing, type TemplateResult } from "lit-html";
import type { LogEvent } from "../../model/logs/log-event.ts";
import { type LogLine, readLine } from "../../model/logs/log-line.ts";
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
  const lines = events.map(({ at, message }) => ({ at, ...readLine(message) }));
  const errors = errorsFirst ? lines.filter(({ level }) => level === "error") : [];
  const sorted = [...errors, ...lines.filter((line) => !errors.includes(line))];
  return html`
    <ol class="log-lines">
      ${sorted.slice(0, mostLines).map(lineView)}
    </ol>
    ${sorted.length > mostLines ? html`<p class="quiet">${(sorted.length - mostLines).toLocaleString()} more lines.</p>` : nothing}
  `;
}

function lineView({ at, level, text, stack }: LogLine & { readonly at: number }): TemplateResult {
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
  const { problem, size, complete, reading: busy } = reading;
  const words = busy ? "Reading the log…" : complete ? "" : `${size.toLocaleString()} events were read.`;
  return html`
    ${words === "" ? nothing : html`<p class="quiet" role="status">${words}</p>`}
    ${
      problem === undefined
        ? nothing
        : html`${problemView(problem)}<button type="button" @click=${() => reading.follow()}>Try again</button>`
    }
    ${
      complete || busy || problem !== undefined
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
