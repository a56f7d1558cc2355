import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { executionName, expressRunArn, machineTitle } from "../../service/configuration.ts";
import type { PageState } from "../../state/page-state.ts";
import { ExecutionRows, type RowWords } from "./execution-rows.ts";
import { scheduledView } from "./scheduled-view.ts";

const words: RowWords = {
  noun: "execution",
  searchLabel: "Search executions by name, image or input",
  statusLabel: "Show executions by status",
};

/** The executions of one state machine, and the choice of the machine. */
export class ExecutionsView {
  readonly #rows: ExecutionRows;

  constructor(redraw: () => void) {
    this.#rows = new ExecutionRows(redraw);
  }

  view(page: PageState): TemplateResult {
    const { configuration, machineArn } = page;
    return html`
      <section class="panel executions" aria-labelledby="executions-title">
        <header>
          <h2 id="executions-title">Executions</h2>
          <select
            aria-label="State machine"
            .value=${live(machineArn)}
            @change=${(event: Event) => page.chooseMachine((event.target as HTMLSelectElement).value)}
          >
            ${configuration.stateMachines.map(
              (machine) =>
                html`<option value=${machine.arn} ?selected=${machine.arn === machineArn}>${machineTitle(machine, configuration)}</option>`,
            )}
          </select>
        </header>
        ${isExpress(page) ? aboutExpress(page) : nothing}
        ${scheduledView(page)} ${this.#rows.view(page, page.list, words)}
      </section>
    `;
  }
}

/** Says where the list comes from. An id in the search field leads to a run that is older. */
function aboutExpress(page: PageState): TemplateResult {
  const run = expressRunArn(page.machineArn, page.list.text);
  return html`
    <p class="quiet">Express runs of the last hour, from the log of the state machine. For an older one, search for its ARN or name:id.</p>
    ${run === undefined ? nothing : html`<p><a href=${page.addressOf(run)}>Show the run ${executionName(run)}</a></p>`}
  `;
}

function isExpress({ configuration, machineArn }: PageState): boolean {
  return configuration.stateMachines.find(({ arn }) => arn === machineArn)?.type === "EXPRESS";
}
