import { html, nothing, type TemplateResult } from "lit-html";
import type { HistoryEvent } from "../../model/history/event.ts";
import { type Failure, placeOf, type StateRun } from "../../model/history/run.ts";
import { sentenceOf, statusWords, untouched } from "../../model/history/tally.ts";
import { durationText, jsonText } from "../../model/words.ts";
import type { StateNode } from "../../model/workflow/definition.ts";
import type { PageState } from "../../state/page-state.ts";
import { tallyOf } from "../derived.ts";
import { statusIcon } from "../icons.ts";
import { PayloadView } from "./payload-view.ts";

/** What goes into the chosen thing, what came out of it, and what went wrong in it. */
export class InspectorView {
  readonly #data: PayloadView;

  constructor(redraw: () => void) {
    this.#data = new PayloadView(redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, selection } = page;
    // Before anything ran there are the workflow's states to look into, and nothing else.
    if (followed === undefined && selection?.kind !== "state") return nothing;
    return html`
      <section class="panel inspector" aria-labelledby="inspector-title">
        <header>
          <h2 id="inspector-title">Inspector</h2>
          ${
            selection === undefined
              ? nothing
              : html`<button type="button" class="link" @click=${() => page.select(undefined)}>
                  ${followed === undefined ? "Close" : "Whole execution"}
                </button>`
          }
        </header>
        ${this.#content(page)}
      </section>
    `;
  }

  #content(page: PageState): TemplateResult {
    const { selection, followed } = page;
    const history = followed?.history;
    if (selection?.kind === "state") return this.#state(page, selection.name);
    if (selection?.kind === "run") {
      const run = history?.runs.find(({ id }) => id === selection.id);
      if (run !== undefined) return this.#run(page, run);
    }
    if (selection?.kind === "event") {
      const event = history?.events[selection.id - 1];
      if (event !== undefined) return this.#event(event, history?.runOf(event.id));
    }
    return this.#execution(page);
  }

  #execution({ followed }: PageState): TemplateResult {
    const { input, output, error, cause } = followed?.description ?? {};
    return html`
      <h3>Execution</h3>
      <p class="quiet">Choose a state of the workflow, or a row of the timeline, to look into it.</p>
      ${error === undefined ? nothing : this.#exception("Exception", error, cause)} ${this.#data.view("Input", input)}
      ${this.#data.view("Output", output)}
    `;
  }

  #state(page: PageState, name: string): TemplateResult {
    const history = page.followed?.history;
    const node = nodeOf(page, name);
    const tally = (history && tallyOf(history).get(name)) ?? untouched;
    return html`
      <h3>${statusIcon(tally.status)} ${name}</h3>
      <p>${node?.type} state, ${sentenceOf(tally)}.</p>
      ${node?.comment === undefined ? nothing : html`<p class="quiet">${node.comment}</p>`} ${runStepper(page, name)}
      ${node === undefined ? nothing : this.#data.view("Definition", JSON.stringify(withoutInner(node)))}
    `;
  }

  #run(page: PageState, run: StateRun): TemplateResult {
    const { name, type, status, attempts, enteredAt, exitedAt, failures, input, output } = run;
    const began = page.followed?.history.startedAt ?? enteredAt;
    const place = placeOf(run);
    return html`
      <h3>${statusIcon(status)} ${name}${place === "" ? nothing : html` <span class="place">${place}</span>`}</h3>
      ${runStepper(page, name)}
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

function nodeOf({ drawing }: PageState, name: string): StateNode | undefined {
  for (const { node } of drawing?.boxes ?? []) if (node.name === name) return node;
  return undefined;
}

/** The states inside have entries of their own. */
function withoutInner({ source }: StateNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(source).filter(([key]) => !/^(ItemProcessor|Iterator|Branches)$/.test(key)));
}

/** Steps through the runs of a state that was entered more than once; in the timeline any can be chosen at once. */
function runStepper(page: PageState, name: string): TemplateResult | typeof nothing {
  const runs = page.followed?.history.runs.filter((run) => run.name === name) ?? [];
  if (runs.length < 2) return nothing;
  const chosen = page.selection?.kind === "run" ? page.selection.id : 0;
  const at = runs.findIndex(({ id }) => id === chosen);
  const troubled = runs.find(({ failures, id }) => failures.length > 0 && id > chosen);
  const step = (text: string, run: StateRun | undefined): TemplateResult => html`<button
    type="button"
    ?disabled=${run === undefined}
    @click=${() => run && page.select({ kind: "run", id: run.id })}
  >
    ${text}
  </button>`;
  return html`<div class="stepper" role="group" aria-label="Runs of ${name}">
    ${step("Previous", runs[at < 0 ? runs.length : at - 1])}
    <span>${at < 0 ? `${runs.length.toLocaleString()} runs` : `${(at + 1).toLocaleString()} of ${runs.length.toLocaleString()}`}</span>
    ${step("Next", runs[at + 1])} ${runs.some(({ failures }) => failures.length > 0) ? step("Next exception", troubled) : nothing}
  </div>`;
}
