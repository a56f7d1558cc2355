import { html, nothing, svg, type TemplateResult } from "lit-html";
import { readException } from "../../model/exception.ts";
import { doneOf, type ImageSummary, summaryText } from "../../model/images/summary.ts";
import { durationText } from "../../model/words.ts";
import { executionArn, executionName, machineArnOf, machineTitle } from "../../service/configuration.ts";
import { isUnreachable } from "../../service/problem.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { FollowedExecution } from "../../state/followed-execution.ts";
import type { PageState } from "../../state/page-state.ts";
import { routeTo, routeToMachine } from "../../state/routes.ts";
import { startTimeOf } from "../../state/scheduled.ts";
import { executionActions } from "../actions/action-buttons.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";
import { importField, importView } from "../import-view.ts";
import { problemView } from "../problem-view.ts";
import { timeView } from "../time-view.ts";

/**
 * The execution that is shown, with its status and progress. If none is shown, explains what can be done on the page.
 */
export function executionView(page: PageState, summary: ImageSummary): TemplateResult {
  const { followed, unknownMachine } = page;
  if (unknownMachine !== undefined) return unknown(page, unknownMachine);
  if (page.opening) return importView(page);
  if (followed === undefined) return welcome(page);
  if (followed.missing) return missing(page, followed);
  const { description, arn, problem, parentArn } = followed;
  const waits = isHeld(page, followed) && !followed.ended;
  const status = waits ? "pending" : statusOfExecution(description?.status);
  const words = waits ? "Scheduled" : description ? statusText(description.status) : "Loading";
  return html`
    <header class="execution">
      ${parentArn === undefined ? nothing : html`<p class="parent">Child of <a href=${page.addressOf(parentArn)}>${executionName(parentArn)}</a></p>`}
      <h2>
        <span class="badge" data-status=${status}>${statusIcon(status)} ${words}</span>
        <span class="id">${executionName(arn)}</span>
      </h2>
      ${summary.total === 0 ? nothing : html`<p class="progress-words">${summaryText(summary)}</p>${progressBar(summary)}${pace(followed, summary)}`}
      <p class="quiet">${isHeld(page, followed) ? startView(page, followed) : facts(followed)}</p>
      ${isExported(arn) ? importedFrom(page) : executionActions(page)}
      ${
        description?.error === undefined
          ? nothing
          : problemView({
              code: description.error,
              message: readException(description.cause).message || (description.cause ?? ""),
            })
      }
      ${isUnreachable(problem) ? nothing : problemView(problem)}
      ${invalidLink(page)}
    </header>
  `;
}

/** Says which parts of the address mean nothing. */
function invalidLink({ meaningless }: PageState): unknown {
  if (meaningless.length === 0) return nothing;
  const message = `This part of the link means nothing here and is ignored: ${meaningless.join(", ")}.`;
  return problemView({ code: "InvalidLink", message });
}

/** Whether an execution is in the workflow that holds it until it may start. */
function isHeld({ configuration }: PageState, { arn, description }: FollowedExecution): boolean {
  return description !== undefined && machineArnOf(arn) === configuration.delayedStartArn;
}

/** Until when an execution waits, or where it has gone on. */
function startView({ configuration }: PageState, { arn, description, ended }: FollowedExecution): unknown {
  const startsAt = description && startTimeOf(description);
  const time = startsAt === undefined ? "at once" : timeView(startsAt);
  if (!ended) return html`waiting: starts ${time}`;
  if (description?.status !== "SUCCEEDED" || configuration.workflowArn === undefined) return html`was to start ${time}`;
  const begun = executionArn(configuration.workflowArn, executionName(arn));
  return html`has begun: <a href=${routeTo(begun)}>see the execution</a>`;
}

/** How fast images are done, and how long the rest takes, while the execution runs. */
function pace({ ended, pace: measured }: FollowedExecution, summary: ImageSummary): TemplateResult | typeof nothing {
  const words = ended ? "" : measured.words(summary.total, doneOf(summary));
  return words === "" ? nothing : html`<p class="quiet pace">${words}</p>`;
}

/** One bar whose parts are as wide as each state's share of the images. */
function progressBar(summary: ImageSummary): TemplateResult {
  const { total } = summary;
  const counts = { ...summary.counts, unread: summary.unread };
  const order = ["done", "failed", "unread", "running", "queued", "aborted", "waiting"] as const;
  let x = 0;
  const parts = order.map((state) => {
    const width = (counts[state] / total) * 100;
    const part = svg`<rect data-state=${state} x="${x}%" width="${width}%" height="100%" />`;
    x += width;
    return part;
  });
  return html`<svg class="progress" role="img" aria-label=${summaryText(summary)}>${parts}</svg>`;
}

function facts({ description, history, loaded }: FollowedExecution): unknown {
  if (description === undefined) return "Reading the execution…";
  const { startedAt, stoppedAt } = description;
  const events = history.events.length.toLocaleString();
  return html`started ${timeView(startedAt)} · ${durationText((stoppedAt ?? Date.now()) - startedAt)}${
    loaded ? nothing : ` · reading the history: ${events} events`
  }`;
}

/** What the file does not contain, and the field for another file or the definition. */
function importedFrom(page: PageState): TemplateResult {
  return html`<div class="imported">
    <p><b>Opened from a file.</b> ${[...(page.imports.execution?.notes ?? []), page.imports.reloadNote].join(" ")}</p>
    ${importField(page)}
  </div>`;
}

function welcome(page: PageState): TemplateResult {
  const { configuration, machineArn } = page;
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  const isMain = machineArn === configuration.workflowArn;
  return html`<div class="welcome">
    <h2>${isMain ? "Drop a photo to classify it" : machine === undefined ? "No workflow" : machineTitle(machine, configuration)}</h2>
    <p>
      ${
        isMain
          ? "Each request is one execution of the workflow below: planned into batches, classified in parallel, and merged in the order of the request."
          : "Choose one of its executions in the list to see what happened in it."
      }
    </p>
    ${invalidLink(page)}
  </div>`;
}

function missing({ machineArn }: PageState, { arn, problem }: FollowedExecution): TemplateResult {
  return html`<div class="welcome">
    <h2>This execution does not exist</h2>
    <p>
      No execution is named “${executionName(arn)}” (${problem?.code}). Step Functions keeps executions for 90 days after their
      end. <a href=${routeToMachine(machineArn)}>See the executions that exist</a>.
    </p>
  </div>`;
}

function unknown({ configuration }: PageState, name: string): TemplateResult {
  return html`<div class="welcome">
    <h2>This workflow is not deployed here</h2>
    <p>The link names the state machine “${name}”. Workflows of this stack:</p>
    <ul>
      ${configuration.stateMachines.map(
        (machine) => html`<li><a href=${routeToMachine(machine.arn)}>${machineTitle(machine, configuration)}</a></li>`,
      )}
    </ul>
  </div>`;
}
