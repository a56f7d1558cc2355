import { html, nothing, type TemplateResult } from "lit-html";
import { executionName } from "../../service/configuration.ts";
import type { MapRunLook } from "../../service/step-functions.ts";
import { routeTo } from "../../state/routes.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";

/** The Map Runs of an execution: how many items stand where, and the child executions, which can be opened. */
export function mapRunsView(mapRuns: readonly MapRunLook[]): TemplateResult | typeof nothing {
  if (mapRuns.length === 0) return nothing;
  return html`${mapRuns.map(
    (run) => html`<details class="map-run">
      <summary>
        ${statusIcon(statusOfExecution(run.status))} Map Run ${run.label}: ${statusText(run.status)} · ${sentenceOf(run)}
      </summary>
      <ol>
        ${run.children.map(
          ({ executionArn = "", status, itemCount }) => html`<li>
            ${statusIcon(statusOfExecution(status))} ${linkTo(executionArn)} ${statusText(status)} ·
            ${counted(itemCount ?? 0, "item")}
          </li>`,
        )}
      </ol>
      ${run.children.length < run.begun ? html`<p class="quiet">The latest ${run.children.length} of ${run.begun.toLocaleString()}.</p>` : nothing}
    </details>`,
  )}`;
}

/** Express children have no history to look at. */
function linkTo(arn: string): TemplateResult {
  const name = executionName(arn);
  return arn.includes(":express:") ? html`<span>${name}</span>` : html`<a href=${routeTo(arn)}>${name}</a>`;
}

function sentenceOf({ itemCounts }: MapRunLook): string {
  const { total = 0, succeeded = 0, running = 0, pending = 0 } = itemCounts;
  const failed = (itemCounts.failed ?? 0) + (itemCounts.timedOut ?? 0) + (itemCounts.aborted ?? 0);
  return [
    `${succeeded.toLocaleString()} of ${counted(total, "item")} done`,
    ...(running > 0 ? [`${running.toLocaleString()} running`] : []),
    ...(pending > 0 ? [`${pending.toLocaleString()} waiting`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString()} failed`] : []),
  ].join(" · ");
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}
