import { html, nothing, type TemplateResult } from "lit-html";
import { isUnreachable } from "../../service/problem.ts";
import type { PageState } from "../../state/page-state.ts";
import { routeTo } from "../../state/routes.ts";
import type { Scheduled } from "../../state/scheduled.ts";
import { statusIcon } from "../icons.ts";
import { problemView } from "../problem-view.ts";
import { timeView } from "../time-view.ts";

/** The executions of the main workflow that wait for their time. */
export function scheduledView({
  scheduled,
  followed,
  configuration,
  machineArn,
}: PageState): TemplateResult | typeof nothing {
  const { rows, problem } = scheduled;
  if (machineArn !== configuration.workflowArn) return nothing;
  if (problem !== undefined) return isUnreachable(problem) ? nothing : problemView(problem);
  if (rows.length === 0) return nothing;
  return html`<ol class="scheduled" aria-label="Scheduled executions">
    ${rows.map(
      ({ arn, name, startsAt }) => html`<li>
        <a class="item" href=${routeTo(arn)} aria-current=${arn === followed?.arn ? "true" : "false"} title=${name}>
          ${statusIcon("pending")}
          <span class="name">${name}</span>
          <span class="when">Scheduled${startsAt === undefined ? nothing : html` · starts ${timeView(startsAt)}`}</span>
        </a>
      </li>`,
    )}
  </ol>
  ${othersView(scheduled)}`;
}

/** Says how many scheduled executions are not shown, and leads to them. */
function othersView(scheduled: Scheduled): TemplateResult | typeof nothing {
  const { rows, hidden, isCut } = scheduled;
  if (hidden === 0 && !isCut) return nothing;
  const count = hidden === 0 ? "more" : `${hidden.toLocaleString()}${isCut ? " or more" : ""}`;
  return html`<p class="quiet">
    These ${rows.length.toLocaleString()} were scheduled last; ${count} ${hidden === 1 && !isCut ? "waits" : "wait"} as well.
    ${hidden === 0 ? nothing : html`<button type="button" class="link" @click=${() => void scheduled.more()}>Show more scheduled executions</button>`}
  </p>`;
}
