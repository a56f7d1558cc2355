import { html, nothing, type TemplateResult } from "lit-html";
import { exampleInput } from "../../model/example-input.ts";
import { jsonText } from "../../model/words.ts";
import { canAct, isExpressRun, machineTitle } from "../../service/configuration.ts";
import type { PageState } from "../../state/page-state.ts";

/** Buttons for the actions that are possible on the execution that is shown. */
export function executionActions(page: PageState): TemplateResult | typeof nothing {
  const { followed, actions, machineArn } = page;
  const { description } = followed ?? {};
  if (followed === undefined || description === undefined || !canAct(page.configuration)) return nothing;
  const { arn, ended } = followed;
  const isChild = description.mapRunArn !== undefined;
  const isExpress = isExpressRun(arn);
  const input = description.input ?? "{}";
  return html`<div class="actions" role="group" aria-label="Actions on this execution">
    ${ended || isExpress ? nothing : html`<button type="button" @click=${() => actions.propose({ kind: "stop", executionArn: arn })}>Stop…</button>`}
    ${
      ended && description.redrivable
        ? html`<button type="button" @click=${() => actions.propose({ kind: "redrive", executionArn: arn })}>Redrive…</button>`
        : nothing
    }
    ${
      isChild
        ? nothing
        : html`<button type="button" @click=${() => actions.propose({ kind: "start", machineArn, input: jsonText(input) })}>
            Run again with this input…
          </button>`
    }
    ${
      ended && !description.redrivable && description.status !== "SUCCEEDED"
        ? html`<span class="quiet">Cannot be redriven: ${description.redriveReason ?? "Step Functions gives no reason."}</span>`
        : nothing
    }
  </div>`;
}

/** A button that starts an execution of the chosen workflow, with its last input or an example. */
export function startButton(page: PageState): TemplateResult | typeof nothing {
  const { configuration, machineArn, actions } = page;
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  if (machine === undefined) return nothing;
  const input = (): string =>
    actions.lastInput(machineArn) ?? exampleInput(machineTitle(machine, configuration), configuration.buckets[0]);
  return html`<button type="button" @click=${() => actions.propose({ kind: "start", machineArn, input: input() })}>
    Start with JSON…
  </button>`;
}
