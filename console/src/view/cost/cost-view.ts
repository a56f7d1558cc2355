import { html, nothing, type TemplateResult } from "lit-html";
import { executedCosts } from "../../../../contract/cost/executed.ts";
import { costLabel, dollars, totalOf } from "../../../../contract/cost/money.ts";
import { fewImages, firstToBreak, type Headroom, quantity } from "../../../../contract/headroom/headroom.ts";
import { runHeadroom } from "../../model/cost/run-headroom.ts";
import { type RunRecord, useOf } from "../../model/cost/run-use.ts";
import { joinExecution } from "../../model/logs/join.ts";
import { executionName, isExpressRun } from "../../service/configuration.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { FollowedExecution } from "../../state/followed-execution.ts";
import type { LogReading } from "../../state/logs/log-reading.ts";
import type { PageState } from "../../state/page-state.ts";
import { requestIdsOf } from "../derived.ts";
import { readingView } from "../logs/log-lines.ts";

/** A limit that came nearer than this is marked. */
const near = 0.8;

/** What the execution cost, and how near it came to its limits. Computed when it is opened. */
export class CostView {
  readonly #redraw: () => void;
  /** ARN of the execution for which the panel is open. */
  #open: string | undefined;
  #derived: { readonly key: string; readonly costs: TemplateResult; readonly limits: TemplateResult } | undefined;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed } = page;
    if (followed === undefined || followed.missing || followed.definition === undefined) return nothing;
    const open = this.#open === followed.arn;
    const toggle = (): void => {
      this.#open = open ? undefined : followed.arn;
      this.#redraw();
    };
    return html`<section class="panel cost" aria-labelledby="cost-title">
      <header>
        <h2 id="cost-title">Cost and limits</h2>
        <button type="button" aria-expanded=${open} @click=${toggle}>${open ? "Hide" : "Show cost and limits"}</button>
      </header>
      ${open ? this.#content(page, followed) : nothing}
    </section>`;
  }

  #content(page: PageState, followed: FollowedExecution): TemplateResult {
    const reading = page.logs.ofExecution(followed.arn);
    const { arn, history, images } = followed;
    const total = images.entries.length;
    const key = [arn, history.version, childrenOf(followed), total, reading?.size, reading?.complete].join(" ");
    if (this.#derived?.key !== key) {
      const record = recordOf(page, followed, reading);
      this.#derived = { key, costs: costs(record), limits: limits(record, total) };
    }
    return html`${basis(page, followed, reading)} ${this.#derived.costs} ${this.#derived.limits}`;
  }
}

function childrenOf({ mapRuns }: FollowedExecution): number {
  return mapRuns.reduce((sum, { children }) => sum + children.total, 0);
}

function recordOf(
  { configuration }: PageState,
  followed: FollowedExecution,
  reading: LogReading | undefined,
): RunRecord {
  const { arn, history, definition = "{}" } = followed;
  const sought = { arn, name: executionName(arn), requestIds: requestIdsOf(history) };
  return {
    runs: history.runs,
    events: history.events,
    eventOf: history.eventOf,
    definition,
    expressSeconds: isExpressRun(arn) ? ((history.endedAt ?? Date.now()) - history.startedAt) / 1_000 : undefined,
    children: childrenOf(followed),
    functions: configuration.functions,
    architecture: configuration.architecture,
    invocations: reading?.complete === true ? joinExecution(sought, reading.invocations).invocations : undefined,
  };
}

/** Where the durations come from. */
function basis({ logs }: PageState, followed: FollowedExecution, reading: LogReading | undefined): TemplateResult {
  if (reading?.complete) {
    return html`<p class="quiet">Durations are those that Lambda billed, from the functions' reports. Amounts: ${costLabel}.</p>`;
  }
  const children = followed.mapRuns.length > 0 ? " The calls of child executions are missing until then." : "";
  return html`
    <p class="quiet">Durations are those of the attempts in the history; Lambda bills somewhat less.${children} Amounts: ${costLabel}.</p>
    ${
      isExported(followed.arn)
        ? nothing
        : reading === undefined
          ? html`<p><button type="button" @click=${() => logs.openExecution(followed)}>Read the billed durations and memory</button></p>`
          : readingView(reading)
    }
  `;
}

function costs(record: RunRecord): TemplateResult {
  const lines = executedCosts(useOf(record));
  return html`<table class="figures">
    <caption>Cost in US dollars</caption>
    <tbody>
      ${lines.map(({ what, usd }) => html`<tr><th scope="row">${what}</th><td>${dollars(usd)}</td></tr>`)}
      <tr class="total"><th scope="row">Total, without the API, objects and logs</th><td>${dollars(totalOf(lines))}</td></tr>
    </tbody>
  </table>`;
}

function limits(record: RunRecord, images: number): TemplateResult {
  const lines = runHeadroom(record, images);
  const first = firstToBreak(lines);
  const few = images < fewImages ? ` A run of fewer than ${fewImages} images says little about larger ones.` : "";
  return html`
    <table class="figures limits">
      <caption>Limits, the nearest first</caption>
      <thead>
        <tr><th scope="col">Limit</th><th scope="col">Used</th><th scope="col">Share</th><th scope="col">Reached at</th></tr>
      </thead>
      <tbody>
        ${lines.map(limitRow)}
      </tbody>
    </table>
    <p class="quiet">
      ${
        first?.breaksAt === undefined
          ? "No limit grows with the number of images."
          : `The first limit that grows with the images is reached at ${first.breaksAt.toLocaleString()} images or more: ${first.limit}.`
      }${few}
    </p>
  `;
}

function limitRow({ limit, used, most, unit, share, breaksAt, constant }: Headroom): TemplateResult {
  return html`<tr data-near=${share >= near}>
    <th scope="row">${limit}</th>
    <td>${quantity(used, unit)} of ${quantity(most, unit)}</td>
    <td>${(100 * share).toFixed(1)} %${share >= near ? html` <b>near</b>` : nothing}</td>
    <td>${breaksAt === undefined ? html`<span class="quiet">${constant}</span>` : `${breaksAt.toLocaleString()} images`}</td>
  </tr>`;
}
