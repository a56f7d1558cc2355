import { html, nothing, svg, type TemplateResult } from "lit-html";
import { type Phase, type PhaseKind, phaseKinds, phasesOf, phaseWords } from "../../model/history/phases.ts";
import type { StateRun } from "../../model/history/run.ts";
import { statusWords } from "../../model/history/tally.ts";
import { coldStartsOf } from "../../model/logs/cold-starts.ts";
import { rowsIn } from "../../model/time-range.ts";
import { positionOf, type Row, type Span, spanOf } from "../../model/timeline.ts";
import { durationText } from "../../model/words.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { FollowedExecution } from "../../state/followed-execution.ts";
import type { PageState } from "../../state/page-state.ts";
import { timelineOf } from "../derived.ts";
import { statusIcon } from "../icons.ts";
import { RowList } from "../list/row-list.ts";
import { TimeAxis } from "./time-axis.ts";

/** When each state ran, as bars on one time axis that show queueing, work, waits and retries. */
export class StatesView {
  readonly #rows: RowList<Row>;
  readonly #axis: TimeAxis;
  #ranged: { readonly rows: readonly Row[]; readonly range: Span; readonly shown: readonly Row[] } | undefined;

  constructor(redraw: () => void) {
    this.#rows = new RowList("state-rows", redraw);
    this.#axis = new TimeAxis(redraw);
  }

  view(page: PageState, followed: FollowedExecution): TemplateResult {
    const { history, ended } = followed;
    const { selection } = page;
    const last = history.events.at(-1)?.at ?? 0;
    // What was imported while it ran does not go on.
    const whole = spanOf(history, ended ? last : Math.max(Date.now(), last));
    const range = this.#axis.rangeOf(history, whole);
    const all = timelineOf(history);
    const rows = this.#rowsIn(all, range);
    return html`
      <div class="fields">
        ${legend()} ${coldStartButton(page, followed)}
        ${this.#axis.isZoomed ? html`<span class="quiet" role="status">${rows.length.toLocaleString()} of ${all.length.toLocaleString()} states in this range</span>` : nothing}
        ${this.#axis.controls}
      </div>
      ${this.#axis.view(range)}
      ${this.#rows.view({
        rows,
        label: "States by time",
        keyOf: ({ run }) => run.id,
        selected: selection?.kind === "run" ? selection.id : undefined,
        select: ({ run }) => page.select({ kind: "run", id: run.id }),
        draw: (row) => stateRow(row, phasesIn(page, followed, row.run, whole.to), range, whole.to),
      })}
    `;
  }

  /** Cached until the rows or the range change, because a history may have thousands of states. */
  #rowsIn(rows: readonly Row[], range: Span): readonly Row[] {
    if (!this.#axis.isZoomed) return rows;
    if (this.#ranged?.rows === rows && this.#ranged.range === range) return this.#ranged.shown;
    this.#ranged = { rows, range, shown: rowsIn(rows, range) };
    return this.#ranged.shown;
  }
}

function legend(): TemplateResult {
  return html`<ul class="legend" aria-label="What the bars show">
    ${phaseKinds.map((kind) => html`<li><svg width="18" height="10" aria-hidden="true">${bar(kind, "0%", "100%", 5)}</svg>${phaseWords[kind]}</li>`)}
  </ul>`;
}

/** A history does not contain cold starts: they are in the functions' logs, which are read on demand. */
function coldStartButton({ logs }: PageState, followed: FollowedExecution): TemplateResult | typeof nothing {
  const { arn } = followed;
  if (isExported(arn)) return nothing;
  const reading = logs.ofExecution(arn);
  if (reading?.reading) return html`<span class="quiet" role="status">Reading the log…</span>`;
  if (reading !== undefined) return nothing;
  return html`<button type="button" class="link" @click=${() => logs.openExecution(followed)}>Show cold starts</button>`;
}

function phasesIn(
  { logs }: PageState,
  { arn, history }: FollowedExecution,
  run: StateRun,
  now: number,
): readonly Phase[] {
  const reading = logs.ofExecution(arn);
  if (reading === undefined || run.type !== "Task") return phasesOf(run, history, now);
  return phasesOf(run, history, now, coldStartsOf(arn, run, history, reading.invocations));
}

function stateRow({ run, depth, location }: Row, all: readonly Phase[], range: Span, now: number): TemplateResult {
  const { name, status, enteredAt, exitedAt, failures } = run;
  const length = durationText((exitedAt ?? now) - enteredAt);
  const x = (at: number): string => `${positionOf(at, range) * 100}%`;
  const phases = all.filter(({ from, to }) => from <= range.to && to >= range.from);
  return html`
    <span class="what" data-depth=${Math.min(depth, 4)}>
      ${statusIcon(status)}<span class="name">${name}</span>${location === "" ? nothing : html`<span class="place">${location}</span>`}
    </span>
    <svg class="track" width="100%" height="20" data-status=${status} role="img" aria-label="${statusWords[status]}, ${length}${spoken(phases)}">
      <title>${new Date(enteredAt).toLocaleString()}, ${new Date(enteredAt).toISOString()} (UTC)${spoken(phases)}</title>
      <line class="whole" x1=${x(enteredAt)} x2=${x(exitedAt ?? now)} y1="10" y2="10" data-phases=${phases.length > 0} />
      ${phases.map(({ kind, from, to }) => bar(kind, x(from), x(to), 10))}
      ${failures.filter(({ at }) => at >= range.from && at <= range.to).map(({ at }) => svg`<circle class="attempt" cx=${x(at)} cy="10" r="3.5" />`)}
    </svg>
    <span class="length">${length}</span>
  `;
}

function bar(kind: PhaseKind, from: string, to: string, y: number) {
  return svg`<line class="phase" data-kind=${kind} x1=${from} x2=${to} y1=${y} y2=${y} />`;
}

/** How long a state was in each phase, all attempts together. */
function spoken(phases: readonly Phase[]): string {
  const times = phaseKinds.map((kind) => {
    const sum = phases.filter((phase) => phase.kind === kind).reduce((total, { from, to }) => total + to - from, 0);
    return sum === 0 ? "" : `, ${phaseWords[kind]} ${durationText(sum)}`;
  });
  return times.join("");
}
