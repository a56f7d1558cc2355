import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import { sentenceOf, type Tally, untouched } from "../../model/history/tally.ts";
import { type Drawing, endId, type Line, type NodeBox, pathThrough } from "../../model/workflow/layout.ts";
import type { PageState } from "../../state/page-state.ts";
import { tallyOf } from "../derived.ts";
import { statusMark } from "../icons.ts";

/** The workflow as its definition draws it, coloured by what has happened in it. */
export function graphView(page: PageState): TemplateResult | typeof nothing {
  const { followed, drawing } = page;
  if (drawing === undefined) return nothing;
  const tallies = followed ? tallyOf(followed.history) : new Map<string, Tally>();
  const status = followed?.history.status ?? "pending";
  const chosen = chosenState(page);
  return html`
    <section class="panel graph" aria-labelledby="graph-title">
      <h2 id="graph-title">Workflow</h2>
      <div class="scroll">
        <svg
          viewBox="0 0 ${drawing.width} ${drawing.height}"
          width=${drawing.width}
          height=${drawing.height}
          role="group"
          aria-labelledby="graph-title"
        >
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M1 1l6 3-6 3z" />
            </marker>
          </defs>
          ${drawing.boxes.map((box) => state(page, box, tallies.get(box.node.name) ?? untouched, chosen))}
          ${drawing.lines.map((each) => line(each, isTaken(each, tallies, status)))} ${terminals(drawing, status, tallies)}
        </svg>
      </div>
    </section>
  `;
}

function chosenState({ selection, followed }: PageState): string | undefined {
  if (selection?.kind === "state") return selection.name;
  if (selection?.kind === "run") return followed?.history.runs.find(({ id }) => id === selection.id)?.name;
  return selection === undefined ? undefined : followed?.history.runOf(selection.id)?.name;
}

function state(page: PageState, box: NodeBox, tally: Tally, chosen: string | undefined): SVGTemplateResult {
  const { node, x, y, width, height, depth } = box;
  const { name, type } = node;
  const container = node.inner.length > 0;
  const choose = (): void => page.chooseState(name);
  return svg`
    <g
      class=${container ? "state container" : "state"}
      data-status=${tally.status}
      data-depth=${depth % 2}
      data-name=${name}
      aria-pressed=${name === chosen ? "true" : "false"}
      aria-label="${name}, ${type} state: ${sentenceOf(tally)}"
      role="button"
      tabindex="0"
      transform="translate(${x} ${y})"
      @click=${choose}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      }}
    >
      <rect width=${width} height=${height} rx="9" />
      ${statusMark(tally.status, 20, container ? 20 : height / 2)}
      <text class="name" x="38" y=${container ? 18 : height / 2 - 3}>${name}</text>
      <text class="kind" x="38" y=${container ? 31 : height / 2 + 13}>${type}${countText(tally)}</text>
    </g>
  `;
}

function countText({ total, counts }: Tally): string {
  if (total <= 1) return "";
  const done = counts.succeeded + counts.caught;
  const troubled = counts.failed + counts.aborted;
  return ` · ${done} of ${total}${troubled > 0 ? `, ${troubled} failed` : ""}`;
}

/** A transition is taken when what it leads to was entered; one of an exception, when that was caught. */
function isTaken({ kind, from, to }: Line, tallies: ReadonlyMap<string, Tally>, status: string): boolean {
  if (to === endId) return status === "succeeded" && tallies.has(from);
  return tallies.has(to) && (kind !== "catch" || (tallies.get(from)?.counts.caught ?? 0) > 0);
}

function line({ kind, points, label }: Line, taken: boolean): SVGTemplateResult {
  return svg`
    <g class="line" data-kind=${kind} data-taken=${taken ? "true" : "false"} aria-hidden="true">
      <path d=${pathThrough(points)} marker-end="url(#arrow)" />
      ${label === undefined ? nothing : svg`<text x=${label.x} y=${label.y + 4}>${label.text}</text>`}
    </g>
  `;
}

function terminals(
  { terminals: both }: Drawing,
  status: string,
  tallies: ReadonlyMap<string, Tally>,
): SVGTemplateResult[] {
  return both.map(({ kind, x, y, width, height }) => {
    const reached = kind === "start" ? tallies.size > 0 : status === "succeeded";
    return svg`<circle
      class="terminal"
      data-kind=${kind}
      data-reached=${reached ? "true" : "false"}
      cx=${x + width / 2}
      cy=${y + height / 2}
      r=${width / 2 - 3}
      aria-hidden="true"
    />`;
  });
}
