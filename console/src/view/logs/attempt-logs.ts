import { html, nothing, type TemplateResult } from "lit-html";
import type { StateRun } from "../../model/history/run.ts";
import { type Attempt, attemptsOf } from "../../model/logs/attempt.ts";
import { joinAttempt } from "../../model/logs/join.ts";
import { durationText } from "../../model/words.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { LogReading } from "../../state/logs/log-reading.ts";
import type { PageState } from "../../state/page-state.ts";
import { errorsFirstSwitch, logLines, readingView } from "./log-lines.ts";

/** The attempts of a Task that calls a function, each with its log, which is read when it is opened. */
export function attemptLogs(page: PageState, run: StateRun): TemplateResult | typeof nothing {
  const { followed, logs } = page;
  if (followed === undefined || isExported(followed.arn) || run.type !== "Task") return nothing;
  const attempts = attemptsOf(run, followed.history).filter(
    ({ functionName }) => logs.groupOf(functionName) !== undefined,
  );
  if (attempts.length === 0) return nothing;
  return html`<div class="attempts">
    <h4>${attempts.length === 1 ? "Log" : "Logs of the attempts"}</h4>
    ${attempts.map((attempt, at) => attemptView(page, run, attempt, attempts.length > 1 ? at + 1 : undefined))}
  </div>`;
}

function attemptView(page: PageState, run: StateRun, attempt: Attempt, number: number | undefined): TemplateResult {
  const { logs, followed } = page;
  const reading = logs.ofAttempt(run, attempt);
  const { from, to, error } = attempt;
  const current = (): Attempt | undefined =>
    followed && attemptsOf(run, followed.history).find((each) => each.from === from);
  const toggle = (): void => (reading ? logs.closeAttempt() : logs.openAttempt(run, attempt, current));
  const took = to === undefined ? "running" : durationText(to - from);
  const title = number === undefined ? "of this call" : `of attempt ${number}`;
  return html`
    <button type="button" class="fold" aria-expanded=${reading !== undefined} @click=${toggle}>
      Log ${title} <span class="quiet">${took}${error === undefined ? "" : ` · ${error}`}</span>
    </button>
    ${reading === undefined ? nothing : opened(page, run, attempt, reading)}
  `;
}

function opened(page: PageState, run: StateRun, attempt: Attempt, reading: LogReading): TemplateResult {
  const { by, invocations } = joinAttempt(page.followed?.arn ?? "", run, attempt, reading.invocations);
  const events = invocations.flatMap((each) => each.events);
  return html`<section class="log" aria-label="Log of the attempt">
    ${readingView(reading)}
    ${
      by === "time" && events.length > 0
        ? html`<p class="note">
            The log does not say which lines belong to this attempt: these are all lines of the function in its time. Lines of
            other calls may be among them.
          </p>`
        : nothing
    }
    ${events.length === 0 ? empty(reading, attempt) : html`${errorsFirstSwitch(page)} ${logLines(events, page.logs.errorsFirst)}`}
  </section>`;
}

function empty(reading: LogReading, { to }: Attempt): TemplateResult | typeof nothing {
  if (!reading.complete || reading.reading) return nothing;
  const text =
    to === undefined
      ? "The function has logged nothing yet."
      : "The log has no line of this attempt: the call never reached the function, or its lines have expired.";
  return html`<p class="quiet">${text}</p>`;
}
