import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { sentenceOf, type Tally, untouched } from "../../model/history/tally.ts";
import { type Drawing, endId, type Line, type NodeBox, pathThrough, startId } from "../../model/workflow/layout.ts";
import { retrySentence } from "../../model/workflow/retry-sentence.ts";
import { statePath } from "../../model/workflow/state-path.ts";
import { isTaken, type Taken } from "../../model/workflow/taken.ts";
import type { PageState } from "../../state/page-state.ts";
import { retriesOf, takenOf, tallyOf } from "../derived.ts";
import { statusMark } from "../icons.ts";
import { JsonView } from "../inspector/json-view.ts";
import { PanZoom, type Range } from "./pan-zoom.ts";

const noTallies: ReadonlyMap<string, Tally> = new Map();
const noRetries: ReadonlyMap<string, number> = new Map();
const nothingTaken: Taken = new Set();

/** Draws the workflow from its definition and colours it by the status of its states. */
export class GraphView {
  readonly #panZoom = new PanZoom();
  readonly #definition: JsonView;
  /** Whether the definition is shown beside the drawing. */
  #besides = false;
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    this.#definition = new JsonView(redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, drawing } = page;
    if (drawing === undefined) return nothing;
    const history = followed?.history;
    const tallies = followed ? tallyOf(followed) : noTallies;
    const retries = history ? retriesOf(history) : noRetries;
    const taken = followed ? takenOf(followed) : nothingTaken;
    const chosen = chosenState(page);
    this.#panZoom.show(drawing, focusOf(drawing, tallies));
    return html`
      <section class="panel graph" aria-labelledby="graph-title">
        <header>
          <h2 id="graph-title">Workflow</h2>
          <button type="button" aria-pressed=${this.#besides ? "true" : "false"} class="toggle" @click=${() => this.#toggle()}>Definition</button>
          <div class="zoom" role="group" aria-label="Size of the drawing">
            <button type="button" aria-label="Smaller" title="Smaller" @click=${() => this.#panZoom.by(1 / 1.3)}>−</button>
            <button type="button" aria-label="Larger" title="Larger (or Ctrl and wheel)" @click=${() => this.#panZoom.by(1.3)}>+</button>
            <button type="button" @click=${() => this.#panZoom.fitAll()}>Fit</button>
          </div>
        </header>
        <div class="beside" data-two=${this.#besides}>
        <svg
          class="frame"
          .style=${`height: ${Math.min(640, Math.max(220, Math.round(drawing.height * 0.95) + 12))}px`}
          role="group"
          aria-labelledby="graph-title"
          ${ref(this.#panZoom.attach)}
        >
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M1 1l6 3-6 3z" />
            </marker>
          </defs>
          <g class="canvas">
            ${drawing.boxes.map((box) => {
              const { name } = box.node;
              return state(page, box, tallies.get(name) ?? untouched, retries.get(name) ?? 0, name === chosen);
            })}
            ${drawing.lines.map((each) => line(each, isTaken(each, taken)))} ${terminals(drawing, taken)}
          </g>
        </svg>
        ${this.#besides ? this.#definition.view("Definition", page.definition, chosen === undefined ? undefined : statePath(page.definition, chosen)) : nothing}
        </div>
      </section>
    `;
  }

  #toggle(): void {
    this.#besides = !this.#besides;
    this.#redraw();
  }
}

/** The horizontal range of the entered states, or the whole drawing if no state has been entered. */
function focusOf({ boxes, width }: Drawing, tallies: ReadonlyMap<string, Tally>): Range {
  const entered = boxes.filter(({ node }) => tallies.has(node.name));
  if (entered.length === 0) return { from: 0, to: width };
  return { from: Math.min(...entered.map(({ x }) => x)), to: Math.max(...entered.map((box) => box.x + box.width)) };
}

function chosenState({ selection, followed }: PageState): string | undefined {
  if (selection?.kind === "state") return selection.name;
  const history = followed?.history;
  if (selection?.kind === "run") return history?.runs.find(({ id }) => id === selection.id)?.name;
  return selection?.kind === "event" ? history?.runOf(selection.id)?.name : undefined;
}

function state(page: PageState, box: NodeBox, tally: Tally, retries: number, chosen: boolean): SVGTemplateResult {
  const { node, x, y, width, height, depth } = box;
  const { name, type } = node;
  const container = node.inner.length > 0;
  const choose = (): void => page.chooseState(name);
  const retried = retries > 0 ? `, ${retries} ${retries === 1 ? "retry" : "retries"}` : "";
  const retriers = retrySentence(node);
  return svg`
    <g
      class=${container ? "state container" : "state"}
      data-status=${tally.status}
      data-depth=${depth % 2}
      data-name=${name}
      aria-pressed=${chosen ? "true" : "false"}
      aria-label="${name}, ${type}${countText(tally)} state: ${sentenceOf(tally)}${retried}${retriers === undefined ? "" : `. ${retriers}`}"
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
      ${retriers === undefined ? nothing : svg`<title>${retriers}</title>`}
      <rect width=${width} height=${height} rx="9" />
      ${statusMark(tally.status, 20, container ? 20 : height / 2)}
      <text aria-hidden="true" class="name" x="38" y=${container ? 18 : height / 2 - 3}>${name}</text>
      <text aria-hidden="true" class="kind" x="38" y=${container ? 33 : height / 2 + 14}>${type}${countText(tally)}${retriers === undefined ? nothing : svg`<tspan class="retry" data-used=${retries > 0}> · ↻${retries > 0 ? ` ${retries}` : ""}</tspan>`}</text>
    </g>
  `;
}

function countText({ total, counts }: Tally): string {
  if (total <= 1) return "";
  const done = counts.succeeded + counts.caught;
  const troubled = counts.failed + counts.aborted;
  return ` · ${done} of ${total}${troubled > 0 ? `, ${troubled} failed` : ""}`;
}

function line({ kind, points, label }: Line, taken: boolean): SVGTemplateResult {
  return svg`
    <g class="line" data-kind=${kind} data-taken=${taken ? "true" : "false"} aria-hidden="true">
      <path d=${pathThrough(points)} marker-end="url(#arrow)" />
      ${label === undefined ? nothing : svg`<text x=${label.x} y=${label.y + 4}>${label.text}</text>`}
    </g>
  `;
}

function terminals({ terminals: both, lines }: Drawing, taken: Taken): SVGTemplateResult[] {
  return both.map(({ kind, x, y, width, height }) => {
    const ends = lines.filter(({ from, to }) => (kind === "start" ? from === startId : to === endId));
    const reached = ends.some((each) => isTaken(each, taken));
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
