import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";
import { exampleInput, inputProblem } from "../../model/example-input.ts";
import { jsonText } from "../../model/words.ts";
import { executionName, machineTitle } from "../../service/configuration.ts";
import type { TriedState } from "../../service/step-functions.ts";
import type { Actions, Pending } from "../../state/actions.ts";
import type { PageState } from "../../state/page-state.ts";
import { copyButton } from "../copy-button.ts";
import { estimateView } from "../cost/estimate-view.ts";
import { problemView } from "../problem-view.ts";
import { commandsOf } from "./action-commands.ts";

/** The dialog in which an action is edited and confirmed. It also shows the equivalent commands. */
export function actionDialog(page: PageState): TemplateResult | typeof nothing {
  const { actions } = page;
  const { pending, problem, busy } = actions;
  if (pending === undefined) return nothing;
  const [title, verb] = wordsOf(pending, page);
  return html`<dialog
    aria-labelledby="action-title"
    ${ref(open)}
    @cancel=${(event: Event) => {
      event.preventDefault();
      actions.cancel();
    }}
  >
    <form
      @submit=${(event: Event) => {
        event.preventDefault();
        void actions.confirm();
      }}
    >
      <h2 id="action-title">${title}</h2>
      ${pending.kind === "try" ? html`<p>It calls its function or service. Nothing follows it, and the execution does not change.</p>` : nothing}
      ${pending.kind === "start" ? prefills(page, pending.machineArn) : nothing}
      ${"input" in pending ? inputField(actions, pending.input) : nothing}
      ${pending.kind === "start" && pending.machineArn === page.configuration.workflowArn ? estimateView(page, pending.input) : nothing}
      ${problemView(problem)}
      ${actions.tried === undefined ? nothing : triedView(actions.tried)}
      <details>
        <summary>The same as a command</summary>
        ${commandsOf(pending, page).map((command) => html`<pre tabindex="0" aria-label="Command">${command}</pre>${copyButton("Copy", "Copy the command", () => command)}`)}
      </details>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${busy}>${busy ? "Working…" : verb}</button>
        <button type="button" @click=${() => actions.cancel()}>Cancel</button>
      </div>
    </form>
  </dialog>`;
}

/** The control that had the focus before the dialog opened. */
let opener: Element | null = null;

/**
 * Opens the dialog once it is in the document: lit-html calls this before it inserts the element. When the dialog is
 * gone, the focus returns to where it was; lit-html calls this before it removes the element, and until then an open
 * dialog keeps the focus from everything outside it.
 */
function open(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement)) {
    const control = opener;
    opener = null;
    queueMicrotask(() => {
      if (control instanceof HTMLElement && control.isConnected) control.focus();
    });
    return;
  }
  queueMicrotask(() => {
    if (!element.isConnected || element.open) return;
    opener = document.activeElement;
    element.showModal();
  });
}

/** What became of a tried state. */
function triedView({ status, output, error, cause, nextState }: TriedState): TemplateResult {
  const words = status.toLowerCase().replaceAll("_", " ");
  const result = error === undefined ? jsonText(output ?? "") : `${error}\n${cause ?? ""}`.trim();
  return html`<div role="status">
    <p>${words}${nextState === undefined ? "" : `; "${nextState}" would follow`}</p>
    <pre tabindex="0" aria-label="Result of the tried state">${result}</pre>
  </div>`;
}

/** Fills the field with an example, or with an input with which an execution was started before. */
function prefills({ actions, configuration }: PageState, machineArn: string): TemplateResult {
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  const title = machine === undefined ? "" : machineTitle(machine, configuration);
  const fill = (words: string, input: () => string, hint: string): TemplateResult =>
    html`<button type="button" class="chip" title=${hint} @click=${() => actions.edit(input())}>${words}</button>`;
  return html`<div class="chips" role="group" aria-label="Fill in">
    ${fill("Example", () => exampleInput(title, configuration.buckets[0]), "An example input of this workflow")}
    ${actions.lastInputs(machineArn).map((input, at) => {
      const short = input.replaceAll(/\s+/g, " ").slice(0, 200);
      return fill(at === 0 ? "Last input" : `Earlier input ${at}`, () => input, short);
    })}
  </div>`;
}

function inputField(actions: Actions, input: string): TemplateResult {
  const wrong = inputProblem(input);
  const { draft } = actions;
  return html`
    <label for="action-input">Input, as JSON</label>
    <textarea
      id="action-input"
      rows="12"
      spellcheck="false"
      aria-describedby="action-input-problem"
      aria-invalid=${wrong === undefined ? "false" : "true"}
      .value=${live(input)}
      @input=${(event: Event) => actions.edit((event.target as HTMLTextAreaElement).value)}
    ></textarea>
    <p id="action-input-problem" class="quiet">${wrong ?? ""}</p>
    ${
      draft === undefined
        ? nothing
        : html`<p><button type="button" class="link" @click=${() => actions.edit(draft)}>Restore what was typed before</button></p>`
    }
  `;
}

function wordsOf(pending: Pending, { configuration }: PageState): readonly [title: string, verb: string] {
  if (pending.kind === "start") {
    const machine = configuration.stateMachines.find(({ arn }) => arn === pending.machineArn);
    return [`Start ${machine === undefined ? "an execution" : machineTitle(machine, configuration)}`, "Start"];
  }
  if (pending.kind === "try") return [`Try the state ${pending.state}`, "Try it"];
  const name = executionName(pending.executionArn);
  if (pending.kind === "stop") return [`Stop the execution ${name}?`, "Stop it"];
  return [`Run what failed in ${name} again?`, "Redrive"];
}
