import { html, nothing, type TemplateResult } from "lit-html";
import type { StateNode } from "../model/definition.ts";
import type { HistoryEvent } from "../model/event.ts";
import { type Failure, placeOf, type StateRun } from "../model/run.ts";
import { sentenceOf, statusWords, untouched } from "../model/tally.ts";
import { durationText, jsonText } from "../model/words.ts";
import type { Console } from "../state/console.ts";
import { tallyOf } from "./derived.ts";
import { statusIcon } from "./icons.ts";
import { PayloadView } from "./payload-view.ts";

/** What goes into the chosen thing, what came out of it, and what went wrong in it. */
export class InspectorView {
  readonly #data: PayloadView;

  constructor(redraw: () => void) {
    this.#data = new PayloadView(redraw);
  }

  view(console: Console): TemplateResult | typeof nothing {
    const { followed, selection } = console;
    // Before anything ran there are the workflow's states to look into, and nothing else.
    if (followed === undefined && selection?.kind !== "state") return nothing;
    return html`
      <section class="panel inspector" aria-labelledby="inspector-title">
        <header>
          <h2 id="inspector-title">Inspector</h2>
          ${
            selection === undefined
              ? nothing
              : html`<button type="button" class="link" @click=${() => console.select(undefined)}>
                  ${followed === undefined ? "Close" : "Whole execution"}
                </button>`
          }
        </header>
        ${this.#content(console)}
      </section>
    `;
  }

  #content(console: Console): TemplateResult {
    const { selection, followed } = console;
    const history = followed?.history;
    if (selection?.kind === "state") return this.#state(console, selection.name);
    if (selection?.kind === "run") {
      const run = history?.runs.find(({ id }) => id === selection.id);
      if (run !== undefined) return this.#run(console, run);
    }
    if (selection?.kind === "event") {
      const event = history?.events[selection.id - 1];
      if (event !== undefined) return this.#event(event, history?.runOf(event.id));
    }
    return this.#execution(console);
  }

  #execution({ followed }: Console): TemplateResult {
    const { input, output, error, cause } = followed?.description ?? {};
    return html`
      <h3>Execution</h3>
      <p class="quiet">Choose a state of the workflow, or a row of the timeline, to look into it.</p>
      ${error === undefined ? nothing : this.#exception("Exception", error, cause)} ${this.#data.view("Input", input)}
      ${this.#data.view("Output", output)}
    `;
  }

  #state(console: Console, name: string): TemplateResult {
    const history = console.followed?.history;
    const node = nodeOf(console, name);
    const tally = (history && tallyOf(history).get(name)) ?? untouched;
    return html`
      <h3>${statusIcon(tally.status)} ${name}</h3>
      <p>${node?.type} state, ${sentenceOf(tally)}.</p>
      ${node?.comment === undefined ? nothing : html`<p class="quiet">${node.comment}</p>`} ${runStepper(console, name)}
      ${node === undefined ? nothing : this.#data.view("Definition", JSON.stringify(withoutInner(node)))}
    `;
  }

  #run(console: Console, run: StateRun): TemplateResult {
    const { name, type, status, attempts, enteredAt, exitedAt, failures, input, output } = run;
    const began = console.followed?.history.startedAt ?? enteredAt;
    const place = placeOf(run);
    return html`
      <h3>${statusIcon(status)} ${name}${place === "" ? nothing : html` <span class="place">${place}</span>`}</h3>
      ${runStepper(console, name)}
      <dl>
        <div><dt>Status</dt><dd>${statusWords[status]}</dd></div>
        <div><dt>Type</dt><dd>${type}</dd></div>
        <div><dt>Entered after</dt><dd>${durationText(enteredAt - began)}</dd></div>
        <div><dt>Took</dt><dd>${exitedAt === undefined ? "still running" : durationText(exitedAt - enteredAt)}</dd></div>
        ${attempts > 1 ? html`<div><dt>Attempts</dt><dd>${attempts}</dd></div>` : nothing}
      </dl>
      ${failures.map((failure, at) => this.#failure(failure, failures.length > 1 ? `Exception ${at + 1}` : "Exception"))}
      ${this.#data.view("Input", input)} ${this.#data.view("Output", output)}
    `;
  }

  #event({ id, type, at, previousEventId, details }: HistoryEvent, run: StateRun | undefined): TemplateResult {
    return html`
      <h3>${type}</h3>
      <dl>
        <div><dt>Event</dt><dd>${id}, after ${previousEventId}</dd></div>
        <div><dt>Time</dt><dd><time datetime=${new Date(at).toISOString()}>${new Date(at).toLocaleString()}</time></dd></div>
        ${run === undefined ? nothing : html`<div><dt>State</dt><dd>${run.name} ${placeOf(run)}</dd></div>`}
      </dl>
      ${shownDetails(details).map(([field, value]) =>
        this.#data.view(field, typeof value === "string" ? value : JSON.stringify(value)),
      )}
    `;
  }

  #failure({ error, cause }: Failure, title: string): TemplateResult {
    return this.#exception(title, error, cause);
  }

  #exception(title: string, error: string, cause: string | undefined): TemplateResult {
    return html`<div class="exception">
      <h4>${title}: <code>${error}</code></h4>
      ${cause === undefined ? nothing : html`<pre tabindex="0" aria-label="Cause">${jsonText(cause)}</pre>`}
    </div>`;
  }
}

/** `inputDetails` and `outputDetails` only say whether AWS cut the text beside them short. */
function shownDetails(details: HistoryEvent["details"]): readonly [string, unknown][] {
  return Object.entries(details).filter(([field]) => !/^(input|output)Details$/.test(field));
}

function nodeOf({ drawing }: Console, name: string): StateNode | undefined {
  for (const { node } of drawing?.boxes ?? []) if (node.name === name) return node;
  return undefined;
}

/** The states inside have entries of their own. */
function withoutInner({ source }: StateNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(source).filter(([key]) => !/^(ItemProcessor|Iterator|Branches)$/.test(key)));
}

/** Steps through the runs of a state that was entered more than once; in the timeline any can be chosen at once. */
function runStepper(console: Console, name: string): TemplateResult | typeof nothing {
  const runs = console.followed?.history.runs.filter((run) => run.name === name) ?? [];
  if (runs.length < 2) return nothing;
  const chosen = console.selection?.kind === "run" ? console.selection.id : 0;
  const at = runs.findIndex(({ id }) => id === chosen);
  const troubled = runs.find(({ failures, id }) => failures.length > 0 && id > chosen);
  const step = (text: string, run: StateRun | undefined): TemplateResult => html`<button
    type="button"
    ?disabled=${run === undefined}
    @click=${() => run && console.select({ kind: "run", id: run.id })}
  >
    ${text}
  </button>`;
  return html`<div class="stepper" role="group" aria-label="Runs of ${name}">
    ${step("Previous", runs[at < 0 ? runs.length : at - 1])}
    <span>${at < 0 ? `${runs.length.toLocaleString()} runs` : `${(at + 1).toLocaleString()} of ${runs.length.toLocaleString()}`}</span>
    ${step("Next", runs[at + 1])} ${runs.some(({ failures }) => failures.length > 0) ? step("Next exception", troubled) : nothing}
  </div>`;
}
