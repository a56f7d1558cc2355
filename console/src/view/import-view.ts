import { html, type TemplateResult } from "lit-html";
import type { PageState } from "../state/page-state.ts";
import { problemView } from "./problem-view.ts";

/** The form that opens an exported history. */
export function importView(page: PageState): TemplateResult {
  return html`<section class="welcome import" aria-labelledby="import-title">
    <h2 id="import-title">Open an exported history</h2>
    <p>
      Choose the JSON that <code>aws stepfunctions get-execution-history</code> prints, and the workflow's definition if you
      have it. The files stay in this browser.
    </p>
    ${page.imports.restoring ? html`<p class="quiet" role="status">Reading what was open before the reload…</p>` : importField(page)}
  </section>`;
}

/** A field for the files of an execution, and why they could not be opened. */
export function importField(page: PageState): TemplateResult {
  return html`<label class="files">
      <span>History, and definition if you have it</span>
      <input type="file" multiple accept=".json,.asl,application/json" @change=${(event: Event) => choose(page, event)} />
    </label>
    ${problemView(page.imports.problem)}`;
}

function choose(page: PageState, event: Event): void {
  const input = event.target as HTMLInputElement;
  const files = [...(input.files ?? [])];
  // If the value were kept, the user could not choose the same file twice in a row.
  input.value = "";
  if (files.length > 0) void page.open(files);
}
