import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { ImageFailure, ImagePrediction } from "../../../../contract/workflow.ts";
import type { ImageEntry } from "../../model/images/images.ts";
import { percentText, shortReference } from "../../model/words.ts";
import type { PageState } from "../../state/page-state.ts";
import { noPicture } from "../icons.ts";

/** Labels that a card shows, whatever more was asked for. */
const shownLabels = 5;

/** More cards than these scroll in a window of their own, so that the workflow stays near. */
const roomFor = 12;

/** A card for each image of the execution: its picture and labels, or its error, or how far it is. */
export function imagesView(page: PageState): TemplateResult | typeof nothing {
  const { followed } = page;
  const entries = followed?.images.entries ?? [];
  if (entries.length === 0) return nothing;
  const running = followed?.ended !== true;
  const many = entries.length > roomFor;
  return html`
    <section class="images" aria-label="Images">
      <ul class="cards" data-many=${many} tabindex=${many ? "0" : nothing} aria-label=${many ? "Images, scrollable" : nothing}>
        ${repeat(
          entries,
          ({ index }) => index,
          (entry) => {
            const picture = pictureOf(page, entry);
            const key = [entry.image, entry.result, entry.running, running, picture];
            return html`<li>${guard(key, () => card(entry, picture, running))}</li>`;
          },
        )}
      </ul>
    </section>
  `;
}

function pictureOf({ thumbnails }: PageState, { image, result }: ImageEntry): string | undefined {
  return thumbnails.of(image, result !== undefined && "predictions" in result);
}

function card({ index, image, result, running: working }: ImageEntry, picture: string | undefined, running: boolean) {
  const state = result ? ("error" in result ? "failed" : "classified") : working ? "running" : "waiting";
  return html`
    <article class="card" data-state=${state} aria-label="Image ${index + 1}">
      <div class="thumbnail">
        ${picture ? html`<img src=${picture} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${hide} />` : noPicture}
        <span class="index">${index + 1}</span>
      </div>
      <div class="text">
        ${result === undefined ? progress(working, running) : "error" in result ? failure(result) : labels(result)}
        <p class="reference" title=${image}>${shortReference(image)}</p>
      </div>
    </article>
  `;
}

function hide(event: Event): void {
  (event.target as HTMLImageElement).classList.add("broken");
}

function progress(working: boolean, running: boolean): TemplateResult {
  if (!running) return html`<p class="state">Without a result</p>`;
  return html`<p class="state">${working ? "Classifying…" : "Waiting…"}</p>`;
}

function failure({ error }: ImageFailure): TemplateResult {
  return html`<p class="code"><code>${error.code}</code></p>
    <p class="sentence">${error.message}</p>`;
}

function labels({ predictions, width, height }: ImagePrediction): TemplateResult {
  const [best, ...others] = predictions.slice(0, shownLabels);
  return html`
    <h3>${best?.label ?? "no label"}</h3>
    <ol class="labels">
      ${[best, ...others].map((prediction) =>
        prediction === undefined
          ? nothing
          : html`<li>
              <span class="label">${prediction.label}</span>
              <span class="percent">${percentText(prediction.probability)}</span>
              <svg class="bar" aria-hidden="true"><rect width="${prediction.probability * 100}%" height="100%" rx="2" /></svg>
            </li>`,
      )}
    </ol>
    <p class="size">${width} × ${height} pixels</p>
  `;
}
