import { html, nothing, type TemplateResult } from "lit-html";
import type { StateRun } from "../../model/history/run.ts";
import type { PageState } from "../../state/page-state.ts";

/** Steps through the runs of a state that was entered more than once. The timeline gives direct access to any run. */
export function runStepper(page: PageState, name: string): TemplateResult | typeof nothing {
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
