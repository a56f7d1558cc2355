import { html, nothing, type TemplateResult } from "lit-html";
import { durationText } from "../../model/words.ts";
import { executionName } from "../../service/configuration.ts";
import type { FollowedExecution } from "../../state/followed-execution.ts";
import type { PageState } from "../../state/page-state.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";
import { problemView } from "../problem-view.ts";
import { mapRunsView } from "./map-runs-view.ts";

/** What execution is looked at, and how it stands. */
export function executionView({ followed }: PageState): TemplateResult {
  if (followed === undefined) return welcome();
  const { description, arn, problem } = followed;
  const failure = description?.error;
  return html`
    <header class="execution">
      <h2>
        <span class="badge" data-status=${statusOfExecution(description?.status)}>
          ${statusIcon(statusOfExecution(description?.status))} ${description ? statusText(description.status) : "Loading"}
        </span>
        <span class="id">${executionName(arn)}</span>
      </h2>
      <p>${summary(followed)}</p>
      ${failure === undefined ? nothing : problemView({ code: failure, message: sentenceOf(description?.cause) })}
      ${problemView(problem)} ${mapRunsView(followed.mapRuns)}
    </header>
  `;
}

/** The message inside a cause, which for a failed function is a JSON document. */
function sentenceOf(cause: string | undefined): string {
  try {
    const { errorMessage } = JSON.parse(cause ?? "") as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : (cause ?? "");
  } catch {
    return cause ?? "";
  }
}

function summary({ description, images, history, loaded }: FollowedExecution): string {
  const { entries } = images;
  const results = entries.flatMap(({ result }) => (result ? [result] : []));
  const failed = results.filter((result) => "error" in result).length;
  const started = description?.startDate?.getTime();
  const stopped = description?.stopDate?.getTime() ?? Date.now();
  return [
    ...(entries.length > 0 ? [`${results.length - failed} of ${entries.length} images classified`] : []),
    ...(failed > 0 ? [`${failed} with an error`] : []),
    ...(started === undefined ? [] : [durationText(stopped - started)]),
    ...(loaded || history.events.length === 0
      ? []
      : [`reading the history: ${history.events.length.toLocaleString()} events`]),
  ].join(" · ");
}

function welcome(): TemplateResult {
  return html`<div class="welcome">
    <h2>Every photo is an execution</h2>
    <p>
      Drop one, and see it go through the workflow: planned into batches, classified in parallel by the model, merged in
      the order of the request.
    </p>
  </div>`;
}
