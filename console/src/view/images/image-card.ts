import { html, nothing, type TemplateResult } from "lit-html";
import type { ImageFailure, ImagePrediction } from "../../../../contract/workflow.ts";
import { type ImageEntry, imageStateWords } from "../../model/images/entry.ts";
import { percentText, shortReference } from "../../model/words.ts";
import { noPicture } from "../icons.ts";

/** Maximum number of labels that a card shows, even if more were requested. */
const shownLabels = 5;

/** Where the picture of a card comes from. */
export interface CardPicture {
  /** Empty while it is being signed; undefined if there is none, or if it is not shown yet. */
  readonly url?: string | undefined;
  /** Shows a picture that the browser would fetch from another host. */
  readonly show?: () => void;
}

/** The picture of an image, with its labels, its error or its state. */
export function imageCard(
  { index, image, result, state }: ImageEntry,
  { url, show }: CardPicture,
  name: string | undefined,
  select?: () => void,
): TemplateResult {
  const shown = name ?? (image === undefined ? `Image ${(index + 1).toLocaleString()}` : shortReference(image));
  return html`
    <article class="card" data-state=${state} aria-label="Image ${index + 1}">
      <div class="thumbnail">
        ${url ? html`<img src=${url} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${hide} />` : noPicture}
        ${show === undefined ? nothing : html`<button type="button" class="show-picture" @click=${show}>Show picture</button>`}
        <span class="index">${(index + 1).toLocaleString()}</span>
      </div>
      <div class="text">
        ${result === undefined ? html`<p class="state">${imageStateWords[state]}</p>` : "error" in result ? failure(result) : labels(result)}
        <p class="reference" title=${image ?? nothing}>
          ${select === undefined ? shown : html`<button type="button" class="link" @click=${select}>${shown}</button>`}
        </p>
      </div>
    </article>
  `;
}

function hide(event: Event): void {
  (event.target as HTMLImageElement).classList.add("broken");
}

function failure({ error }: ImageFailure): TemplateResult {
  return html`<p class="code"><code>${error.code}</code></p>
    <p class="sentence">${error.message}</p>`;
}

function labels({ predictions, width, height }: ImagePrediction): TemplateResult {
  const shown = predictions.slice(0, shownLabels);
  return html`
    <h3>${shown[0]?.label ?? "no label"}</h3>
    <ol class="labels">
      ${shown.map(
        ({ label, probability }) => html`<li>
          <span class="label">${label}</span>
          <span class="percent">${percentText(probability)}</span>
          <svg class="bar" aria-hidden="true"><rect width="${probability * 100}%" height="100%" rx="2" /></svg>
        </li>`,
      )}
    </ol>
    <p class="size">${width} × ${height} pixels</p>
  `;
}
