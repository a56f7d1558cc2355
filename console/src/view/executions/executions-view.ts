import type { ExecutionListItem } from "@aws-sdk/client-sfn";
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { agoText, durationText } from "../../model/words.ts";
import { machineTitle, standardMachines } from "../../service/configuration.ts";
import type { PageState } from "../../state/page-state.ts";
import { routeTo } from "../../state/routes.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";
import { problemView } from "../problem-view.ts";

/** The executions of one state machine, newest first. */
export function executionsView(page: PageState): TemplateResult {
  const { executions, configuration, listSize } = page;
  const now = Date.now();
  return html`
    <section class="panel executions" aria-labelledby="executions-title">
      <header>
        <h2 id="executions-title">Executions</h2>
        <select
          aria-label="State machine"
          .value=${page.machineArn}
          @change=${(event: Event) => page.chooseMachine((event.target as HTMLSelectElement).value)}
        >
          ${standardMachines(configuration).map(
            (machine) =>
              html`<option value=${machine.arn} ?selected=${machine.arn === page.machineArn}>
                ${machineTitle(machine, configuration)}
              </option>`,
          )}
        </select>
      </header>
      ${problemView(page.listProblem)}
      ${executions.length === 0 && !page.listProblem ? html`<p class="quiet">None yet.</p>` : nothing}
      <ol>
        ${repeat(
          executions,
          ({ executionArn }) => executionArn,
          (execution) => item(page, execution, now),
        )}
      </ol>
      ${executions.length < listSize ? nothing : html`<button type="button" class="link" @click=${() => page.showMore()}>Show older ones</button>`}
    </section>
  `;
}

function item(page: PageState, execution: ExecutionListItem, now: number): TemplateResult {
  const { executionArn = "", name = "", status, startDate, stopDate } = execution;
  const started = startDate?.getTime() ?? now;
  const current = executionArn === page.followed?.arn;
  return html`<li>
    <a href=${routeTo(executionArn)} aria-current=${current ? "true" : "false"} title=${name}>
      ${statusIcon(statusOfExecution(status))}
      <span class="name">${name}</span>
      <span class="when">
        ${[statusText(status), agoText(started, now), durationText((stopDate?.getTime() ?? now) - started)].join(" · ")}
      </span>
    </a>
  </li>`;
}
