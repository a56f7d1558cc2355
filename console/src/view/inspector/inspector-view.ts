import { html, nothing, type TemplateResult } from "lit-html";
import { readException } from "../../model/exception.ts";
import type { HistoryEvent } from "../../model/history/event.ts";
import { explain } from "../../model/history/explain.ts";
import { type Failure, placeOf, type StateRun } from "../../model/history/run.ts";
import { sentenceOf, statusWords, untouched } from "../../model/history/tally.ts";
import { originOf } from "../../model/history/why.ts";
import { durationText, jsonText } from "../../model/words.ts";
import type { StateNode } from "../../model/workflow/definition.ts";
import { canAct, executionName, isExpressChild } from "../../service/configuration.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { PageState } from "../../state/page-state.ts";
import { wholeExecution } from "../../state/routes.ts";
import { copyButton } from "../copy-button.ts";
import { tallyOf } from "../derived.ts";
import { statusIcon } from "../icons.ts";
import { imageCard } from "../images/image-card.ts";
import { pictureOf } from "../images/images-view.ts";
import { attemptLogs } from "../logs/attempt-logs.ts";
import { timeView } from "../time-view.ts";
import { JsonView } from "./json-view.ts";
import { runStepper } from "./run-stepper.ts";

/** Shows the input, the output and the errors of the selected state, run, event or image, or of the execution. */
export class InspectorView {
  readonly #data: JsonView;

  constructor(redraw: () => void) {
    this.#data = new JsonView(redraw);
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, selection } = page;
    if (page.unknownMachine !== undefined || followed?.missing) return nothing;
    // Before anything has run, only the workflow's states can be inspected.
    if (followed === undefined && selection?.kind !== "state") return nothing;
    return html`
      <section class="panel inspector" data-chosen=${selection !== undefined} aria-labelledby="inspector-title">
        <header>
          <h2 id="inspector-title">Inspector</h2>
          ${
            selection === undefined
              ? nothing
              : html`<button type="button" class="link" title="Escape" @click=${() => page.select(undefined)}>
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
    if (selection?.kind === "image") return this.#image(page, selection.index);
    if (selection?.kind === "run") {
      const run = history?.runs.find(({ id }) => id === selection.id);
      return run === undefined ? absent(page, `run ${selection.id}`) : this.#run(page, run);
    }
    if (selection?.kind === "event") {
      const event = history?.eventOf(selection.id);
      return event === undefined
        ? absent(page, `event ${selection.id.toLocaleString()}`)
        : this.#event(event, history?.runOf(event.id));
    }
    return this.#execution(page);
  }

  #execution(page: PageState): TemplateResult {
    const { followed } = page;
    const { input, output, error, cause, arn } = followed?.description ?? {};
    return html`
      <h3>Execution</h3>
      ${arn === undefined || isExported(arn) ? nothing : copyButton("Copy ARN", "Copy ARN of the execution", () => arn)}
      ${whyFailed(page)} ${error === undefined ? nothing : exception("Exception", error, cause)}
      ${this.#data.view("Input", input)} ${this.#data.view("Output", output)}
    `;
  }

  #state(page: PageState, name: string): TemplateResult {
    const node = nodeOf(page, name);
    const tally = (page.followed && tallyOf(page.followed).get(name)) ?? untouched;
    if (node === undefined) return absent(page, `state named “${name}”`);
    return html`
      <h3>${statusIcon(tally.status)} ${name}</h3>
      <p>${node.type} state, ${sentenceOf(tally)}.</p>
      ${node.comment === undefined ? nothing : html`<p class="quiet">${node.comment}</p>`} ${runStepper(page, name)}
      ${this.#data.view("Definition", JSON.stringify(withoutInner(node)))}
    `;
  }

  #image(page: PageState, index: number): TemplateResult {
    const entry = page.followed?.images.entries.find((each) => each.index === index);
    if (entry === undefined) return absent(page, `image ${(index + 1).toLocaleString()}`);
    const { image, runId, childArn } = entry;
    const run = page.followed?.history.runs.find(({ id }) => id === runId);
    const name = image === undefined ? undefined : page.thumbnails.nameOf(image);
    return html`
      <h3>Image ${(index + 1).toLocaleString()}</h3>
      ${imageCard(entry, pictureOf(page, entry), name)}
      ${image === undefined ? nothing : html`<p class="whole-reference">${image} ${copyButton("Copy", "Copy the image's reference", () => image)}</p>`}
      <p class="leads">
        ${
          run === undefined
            ? nothing
            : html`<button type="button" @click=${() => page.select({ kind: "run", id: run.id })}>Its call: ${run.name} ${placeOf(run)}</button>`
        }
        ${childArn === undefined || isExpressChild(childArn) ? nothing : html`<a class="button" href=${page.addressOf(childArn, { ...wholeExecution, selection: { kind: "image", index } })}>Its child execution ${executionName(childArn).slice(0, 12)}</a>`}
      </p>
      ${entry.result === undefined ? nothing : this.#data.view("Result", JSON.stringify(entry.result))}
    `;
  }

  #run(page: PageState, run: StateRun): TemplateResult {
    const { name, type, status, attempts, enteredAt, exitedAt, failures, input, output } = run;
    const began = page.followed?.history.startedAt ?? enteredAt;
    const location = placeOf(run);
    const why = explain(run, nodeOf(page, name)?.source);
    return html`
      <h3>${statusIcon(status)} ${name}${location === "" ? nothing : html` <span class="place">${location}</span>`}</h3>
      ${runStepper(page, name)} ${why === undefined ? nothing : html`<p class="why">${why}</p>`}
      <dl>
        <div><dt>Status</dt><dd>${statusWords[status]}</dd></div>
        <div><dt>Type</dt><dd>${type}</dd></div>
        <div><dt>Entered after</dt><dd>${durationText(enteredAt - began)}</dd></div>
        <div><dt>Took</dt><dd>${exitedAt === undefined ? "still running" : durationText(exitedAt - enteredAt)}</dd></div>
        ${attempts > 1 ? html`<div><dt>Attempts</dt><dd>${attempts}</dd></div>` : nothing}
      </dl>
      ${tryButton(page, run)}
      ${failures.map((failure, at) => failureView(failure, failures.length > 1 ? `Attempt ${at + 1}` : "Exception"))}
      ${attemptLogs(page, run)} ${this.#data.view("Input", input)} ${this.#data.view("Output", output)}
    `;
  }

  #event({ id, type, at, previousEventId, details }: HistoryEvent, run: StateRun | undefined): TemplateResult {
    return html`
      <h3>${type}</h3>
      <dl>
        <div><dt>Event</dt><dd>${id}, after ${previousEventId}</dd></div>
        <div><dt>Time</dt><dd>${timeView(at)}</dd></div>
        ${run === undefined ? nothing : html`<div><dt>State</dt><dd>${run.name} ${placeOf(run)}</dd></div>`}
      </dl>
      ${shownDetails(details).map(([field, value]) =>
        this.#data.view(field, typeof value === "string" ? value : JSON.stringify(value)),
      )}
    `;
  }
}

/** Says that a link leads to nothing, once it is known. The button above leads on. */
function absent({ followed, drawing }: PageState, what: string): TemplateResult {
  const known = followed === undefined ? drawing !== undefined : followed.loaded;
  return html`<p class="quiet" role="status">${known ? `This ${followed === undefined ? "workflow" : "execution"} has no ${what}.` : "Reading…"}</p>`;
}

/** Why the execution failed, in one sentence, and the way to the state with which it began. */
function whyFailed(page: PageState): TemplateResult | typeof nothing {
  const origin = page.followed && originOf(page.followed.history);
  const why = origin && explain(origin, nodeOf(page, origin.name)?.source);
  if (origin === undefined || why === undefined) return nothing;
  return html`<p class="why">
    ${why} <button type="button" class="link" @click=${() => page.select({ kind: "run", id: origin.id })}>Show the call</button>
  </p>`;
}

/** States that can run by themselves. */
const triable = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail"];

function tryButton(page: PageState, { name, type, input }: StateRun): TemplateResult | typeof nothing {
  const { followed, actions, configuration } = page;
  const execution = followed?.description;
  if (execution === undefined || input === undefined || !triable.includes(type) || !canAct(configuration))
    return nothing;
  if (isExported(execution.arn)) return nothing;
  const propose = () => actions.propose({ kind: "try", execution, state: name, input: jsonText(input) });
  return html`<p><button type="button" @click=${propose}>Try this state…</button></p>`;
}

function failureView({ error, cause }: Failure, title: string): TemplateResult {
  return exception(title, error, cause);
}

/** An exception in readable form: its name, its message, and its stack if it has one. */
function exception(title: string, error: string, cause: string | undefined): TemplateResult {
  const { message, stack } = readException(cause);
  return html`<div class="exception">
    <h4>${title}: <code>${error}</code></h4>
    ${message === "" ? nothing : html`<p>${message}</p>`}
    ${stack.length === 0 ? nothing : html`<pre tabindex="0" aria-label="Stack">${stack.join("\n")}</pre>`}
  </div>`;
}

/** Leaves out `inputDetails` and `outputDetails`, which only specify whether AWS truncated the input or output. */
function shownDetails(details: HistoryEvent["details"]): readonly [string, unknown][] {
  return Object.entries(details).filter(([field]) => !/^(input|output)Details$/.test(field));
}

function nodeOf({ drawing }: PageState, name: string): StateNode | undefined {
  for (const { node } of drawing?.boxes ?? []) if (node.name === name) return node;
  return undefined;
}

/** The state without its nested states, which have separate entries in the drawing. */
function withoutInner({ source }: StateNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(source).filter(([key]) => !/^(ItemProcessor|Iterator|Branches)$/.test(key)));
}
