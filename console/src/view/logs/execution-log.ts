import { html, nothing, type TemplateResult } from "lit-html";
import type { Invocation } from "../../model/logs/invocation.ts";
import { joinExecution } from "../../model/logs/join.ts";
import { durationText } from "../../model/words.ts";
import { executionName } from "../../service/configuration.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { FollowedExecution } from "../../state/followed-execution.ts";
import type { LogReading } from "../../state/logs/log-reading.ts";
import type { PageState } from "../../state/page-state.ts";
import { requestIdsOf } from "../derived.ts";
import { errorsFirstSwitch, logLines, readingView } from "./log-lines.ts";

/** Calls that are drawn at first, and with each click on "Show more". */
const callsAtOnce = 100;

/** The calls of an execution, by whether they failed, and those of which the log does not say whose they are. */
interface Calls {
  readonly all: readonly Invocation[];
  readonly failed: readonly Invocation[];
  readonly succeeded: readonly Invocation[];
  readonly unclaimed: readonly Invocation[];
}

/** All calls of the execution's functions with their lines. They are read when the panel is opened. */
export class ExecutionLogView {
  readonly #redraw: () => void;
  readonly #open = new Set<string>();
  #shown = callsAtOnce;
  #of: string | undefined;
  #last:
    | { readonly requestIds: ReadonlySet<string>; readonly of: readonly Invocation[]; readonly calls: Calls }
    | undefined;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, logs } = page;
    if (followed?.definition === undefined || followed.missing || isExported(followed.arn)) return nothing;
    if (this.#of !== followed.arn) this.#forget(followed.arn);
    const reading = logs.ofExecution(followed.arn);
    return html`<section class="panel log" aria-labelledby="log-title">
      <header>
        <h2 id="log-title">Log</h2>
        ${
          reading === undefined
            ? html`<button type="button" @click=${() => logs.openExecution(followed)}>Read the log</button>`
            : errorsFirstSwitch(page)
        }
      </header>
      ${reading === undefined ? html`<p class="quiet">What the functions of this execution logged, call by call.</p>` : this.#calls(page, followed, reading)}
    </section>`;
  }

  #forget(arn: string): void {
    this.#of = arn;
    this.#shown = callsAtOnce;
    this.#open.clear();
    this.#last = undefined;
  }

  #calls(page: PageState, followed: FollowedExecution, reading: LogReading): TemplateResult {
    const { arn, history } = followed;
    const { succeeded, failed, all, unclaimed } = this.#joined(arn, requestIdsOf(history), reading.invocations);
    const calls = page.logs.errorsFirst ? [...failed, ...succeeded] : all;
    const words = `${calls.length.toLocaleString()} ${calls.length === 1 ? "call" : "calls"}, ${failed.length.toLocaleString()} with errors${followed.ended ? "" : "; followed while the execution runs"}`;
    return html`
      ${readingView(reading)}
      <p class="quiet">${words}.</p>
      ${calls.slice(0, this.#shown).map((call) => this.#call(page, call))}
      ${
        calls.length > this.#shown
          ? html`<button type="button" @click=${() => this.#more()}>Show more of the ${calls.length.toLocaleString()} calls</button>`
          : nothing
      }
      ${
        unclaimed.length === 0 || !reading.complete
          ? nothing
          : html`<h3>Other calls in this time</h3>
              <p class="note">Their lines do not say to which execution they belong: some may be of others.</p>
              ${unclaimed.slice(0, callsAtOnce).map((call) => this.#call(page, call))}
              ${unclaimed.length > callsAtOnce ? html`<p class="quiet">${(unclaimed.length - callsAtOnce).toLocaleString()} more calls.</p>` : nothing}`
      }
    `;
  }

  /** Joined again only when there are more events, of the log or of the history. */
  #joined(arn: string, requestIds: ReadonlySet<string>, invocations: readonly Invocation[]): Calls {
    if (this.#last?.requestIds === requestIds && this.#last.of === invocations) return this.#last.calls;
    const joined = joinExecution({ arn, name: executionName(arn), requestIds }, invocations);
    const calls = {
      all: joined.invocations,
      failed: joined.invocations.filter(({ failed }) => failed),
      succeeded: joined.invocations.filter(({ failed }) => !failed),
      unclaimed: joined.unclaimed,
    };
    this.#last = { requestIds, of: invocations, calls };
    return calls;
  }

  #call(page: PageState, invocation: Invocation): TemplateResult {
    const { requestId, stream, events, failed, report } = invocation;
    const key = `${stream} ${requestId ?? events[0]?.id ?? ""}`;
    const open = this.#open.has(key);
    const toggle = (): void => {
      if (!this.#open.delete(key)) this.#open.add(key);
      this.#redraw();
    };
    const missing = page.followed?.ended ? "no report" : "running";
    const took = report === undefined ? missing : durationText(report.durationMs);
    return html`
      <button type="button" class="fold call" data-failed=${failed} aria-expanded=${open} @click=${toggle}>
        ${titleOf(invocation)}
        <span class="quiet">${took}${failed ? " · error" : ""}</span>
      </button>
      ${open ? logLines(events, page.logs.errorsFirst) : nothing}
    `;
  }

  #more(): void {
    this.#shown += callsAtOnce;
    this.#redraw();
  }
}

function titleOf({ call, group }: Invocation): string {
  const name = call?.state ?? group.split("/").at(-1) ?? "";
  const image = call?.firstIndex === undefined ? "" : ` from image ${(call.firstIndex + 1).toLocaleString()}`;
  const attempt = (call?.attempt ?? 0) > 0 ? `, attempt ${(call?.attempt ?? 0) + 1}` : "";
  return `${name}${image}${attempt}`;
}
