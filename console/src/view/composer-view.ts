import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { uploadContentTypes } from "../../../contract/http.ts";
import { estimatedAbove } from "../model/cost/image-count.ts";
import { canAct, sampleOf } from "../service/configuration.ts";
import { isUnreachable } from "../service/problem.ts";
import type { PageState } from "../state/page-state.ts";
import { startButton } from "./actions/action-buttons.ts";
import { countEstimateView } from "./cost/estimate-view.ts";
import { problemView } from "./problem-view.ts";

/** The form into which photos are dropped and image URLs typed. */
export function composerView(page: PageState): TemplateResult {
  const { composer } = page;
  const sample = sampleOf(page.configuration);
  const { sending, problems } = composer;
  const busy = sending !== undefined;
  return html`
    <section class="panel composer" aria-labelledby="composer-title">
      <h2 id="composer-title">Classify images</h2>
      <label class="drop" id="drop">
        <input type="file" multiple accept=${uploadContentTypes.join(",")} ?disabled=${busy} @change=${(event: Event) => choose(page, event)} />
        <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 21V6m-6 6 6-6 6 6M5 20v4a3 3 0 0 0 3 3h16a3 3 0 0 0 3-3v-4" /></svg>
        <strong>Drop photos here</strong>
        <span>choose files, or paste a picture</span>
      </label>
      <form @submit=${(event: SubmitEvent) => submit(page, event)}>
        <label for="addresses">Image URLs, one per line</label>
        <textarea
          id="addresses"
          rows="3"
          spellcheck="false"
          autocomplete="off"
          placeholder="https://example.com/photo.jpg"
          .value=${live(composer.text)}
          @input=${(event: Event) => {
            composer.text = (event.target as HTMLTextAreaElement).value;
            wantEstimate(page);
          }}
          @keydown=${submitByKey}
        ></textarea>
        ${countEstimateView(page, composer.count)}
        <div class="actions">
          <button type="submit" class="primary" ?disabled=${busy}>${sending ?? "Classify"}</button>
          ${
            sample === undefined
              ? nothing
              : html`<button type="button" ?disabled=${busy} @click=${() => page.composer.send({ files: [], references: [sample] })}>
                  Try the sample photo
                </button>`
          }
          ${startButton(page)}
        </div>
      </form>
      ${problems.filter((problem) => !isUnreachable(problem)).map(problemView)}
    </section>
  `;
}

/** Asks for the estimate of a long list, with which the page is then drawn. */
function wantEstimate({ composer, estimates }: PageState): void {
  if (composer.count > estimatedAbove) estimates.of(composer.count);
}

function choose(page: PageState, event: Event): void {
  const input = event.target as HTMLInputElement;
  const files = [...(input.files ?? [])];
  // If the value were kept, the user could not choose the same file twice in a row.
  input.value = "";
  if (files.length > 0) void page.composer.send({ files, references: [] });
}

function submit(page: PageState, event: SubmitEvent): void {
  event.preventDefault();
  const text = (event.target as HTMLFormElement).querySelector("textarea")?.value ?? "";
  void page.composer.sendText(text);
}

function submitByKey(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  (event.target as HTMLTextAreaElement).form?.requestSubmit();
}

/** Photos may be dropped or pasted anywhere on the page, and the files of an exported history dropped. */
export function acceptFilesAnywhere(page: PageState): void {
  const marks = document.documentElement.classList;
  window.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    marks.add("dragging");
  });
  window.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) marks.remove("dragging");
  });
  window.addEventListener("drop", (event) => {
    marks.remove("dragging");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (files.every(({ name }) => /\.(json|asl)$/i.test(name))) void page.open(files);
    else if (canAct(page.configuration)) void page.composer.send({ files, references: [] });
  });
  if (!canAct(page.configuration)) return;
  window.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void page.composer.send({ files, references: [] });
  });
}
