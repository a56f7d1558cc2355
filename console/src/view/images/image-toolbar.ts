import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { csvOf, jsonOf } from "../../model/images/download.ts";
import { type ImageEntry, type ImageState, imageStates, imageStateWords } from "../../model/images/entry.ts";
import { everyImage, type ImageFilter, type ImageOrder, isUnfiltered } from "../../model/images/filter.ts";
import type { ImageSummary } from "../../model/images/summary.ts";
import { saveFile } from "../save-file.ts";

export interface Toolbar {
  readonly summary: ImageSummary;
  readonly filter: ImageFilter;
  readonly show: (filter: ImageFilter) => void;
  /** The images that match the filter. */
  readonly shown: readonly ImageEntry[];
  /** Name of the downloaded files, without an extension. */
  readonly fileName: string;
}

const orders: readonly (readonly [ImageOrder, string])[] = [
  ["request", "In request order"],
  ["failed", "Failed first"],
  ["unsure", "Least certain first"],
];

/** Controls that count, filter, order and download the images. */
export function imageToolbar(toolbar: Toolbar): TemplateResult {
  const { summary, filter, show, shown, fileName } = toolbar;
  const states = imageStates.filter((state) => summary.counts[state] > 0);
  return html`
    <div class="filters">
      <div class="chips" role="group" aria-label="Show images by state">
        ${chip("All", summary.total, filter.state === undefined, undefined, () => show({ ...filter, state: undefined }))}
        ${states.map((state) =>
          chip(imageStateWords[state], summary.counts[state], filter.state === state, state, () =>
            show({ ...filter, state: filter.state === state ? undefined : state }),
          ),
        )}
      </div>
      ${
        summary.codes.length === 0
          ? nothing
          : html`<div class="chips" role="group" aria-label="Show images by error code">
              ${summary.codes.map(([code, count]) =>
                chip(code, count, filter.code === code, "failed", () =>
                  show({ ...filter, code: filter.code === code ? undefined : code }),
                ),
              )}
            </div>`
      }
      <div class="fields">
        ${labelChoice(toolbar)}
        <input
          type="search"
          aria-label="Search images by name, label, code or number"
          placeholder="Name, label, code or number"
          .value=${live(filter.text)}
          @input=${(event: Event) => show({ ...filter, text: textOf(event) })}
        />
        <label>
          below
          <input
            type="number"
            min="1"
            max="100"
            aria-label="Only images whose best probability is below this percentage"
            placeholder="100"
            .value=${live(filter.below === undefined ? "" : String(Math.round(filter.below * 100)))}
            @input=${(event: Event) => show({ ...filter, below: fractionOf(textOf(event)) })}
          />
          %
        </label>
        <select aria-label="Order of the images" @change=${(event: Event) => show({ ...filter, order: orderOf(textOf(event)) })}>
          ${orders.map(([order, words]) => html`<option value=${order} ?selected=${order === filter.order}>${words}</option>`)}
        </select>
        ${
          isUnfiltered(filter)
            ? nothing
            : html`<span class="quiet">${shown.length.toLocaleString()} of ${summary.total.toLocaleString()}</span>
                <button type="button" class="link" @click=${() => show({ ...everyImage, order: filter.order })}>Show all</button>`
        }
        <span class="downloads">
          <button type="button" class="link" @click=${() => saveFile(`${fileName}.csv`, "text/csv", csvOf(shown))}>CSV</button>
          <button type="button" class="link" @click=${() => saveFile(`${fileName}.json`, "application/json", jsonOf(shown))}>JSON</button>
        </span>
      </div>
    </div>
  `;
}

/** The best labels, the most frequent first. A model has about a thousand. */
function labelChoice({ summary, filter, show }: Toolbar): TemplateResult | typeof nothing {
  const { labels } = summary;
  if (labels.length < 2 && filter.label === undefined) return nothing;
  const chosen = filter.label;
  return html`<select
    class="label-choice"
    aria-label="Show images by label"
    .value=${live(chosen ?? "")}
    @change=${(event: Event) => show({ ...filter, label: textOf(event) || undefined })}
  >
    <option value="" ?selected=${chosen === undefined}>All labels</option>
    ${labels.map(([label, count]) => html`<option value=${label} ?selected=${label === chosen}>${label} (${count.toLocaleString()})</option>`)}
    ${chosen === undefined || labels.some(([label]) => label === chosen) ? nothing : html`<option value=${chosen} selected>${chosen} (0)</option>`}
  </select>`;
}

function chip(
  words: string,
  count: number,
  pressed: boolean,
  state: ImageState | undefined,
  choose: () => void,
): TemplateResult {
  return html`<button type="button" class="chip" data-state=${state ?? nothing} aria-pressed=${pressed ? "true" : "false"} @click=${choose}>
    ${words} <b>${count.toLocaleString()}</b>
  </button>`;
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

function fractionOf(percent: string): number | undefined {
  const fraction = Number(percent) / 100;
  return percent !== "" && fraction > 0 && fraction <= 1 ? fraction : undefined;
}

function orderOf(value: string): ImageOrder {
  return orders.find(([order]) => order === value)?.[0] ?? "request";
}
