import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { ImageEntry } from "../../model/images/entry.ts";
import { filterImages, type ImageFilter } from "../../model/images/filter.ts";
import { type ImageSummary, summarise } from "../../model/images/summary.ts";
import { executionName } from "../../service/configuration.ts";
import { isExported } from "../../state/exported-execution.ts";
import type { PageState } from "../../state/page-state.ts";
import { VirtualRows } from "../list/virtual-rows.ts";
import { CellStrip } from "./cell-strip.ts";
import { type CardPicture, imageCard } from "./image-card.ts";
import { imageToolbar } from "./image-toolbar.ts";

/** Up to this number, all images are shown as cards. More images scroll, below a strip of cells. */
const fewImages = 12;
const cardWidth = 250;
/** Space between two cards in pixels; the style sheet has the same value. */
const gap = 14;
/** Height of a card whose picture is at the side. */
const wideHeight = 196;
/** Height of the text below a picture: a label of two lines, three labels with bars, size and name. */
const textHeight = 212;
/** Below this width in pixels, a card is as wide as the list and its picture is at the side. */
const narrowWidth = 520;

interface Derived {
  readonly entries: readonly ImageEntry[];
  readonly filter: ImageFilter;
  readonly names: number;
  readonly done: number;
  readonly summary: ImageSummary;
  readonly shown: readonly ImageEntry[];
}

/** The images of the execution: counts and filters, one cell per image, and cards. */
export class ImagesView {
  readonly #strip: CellStrip;
  readonly #cards: VirtualRows;
  #derived: Derived | undefined;
  #revealed: number | undefined;

  constructor(redraw: () => void) {
    this.#strip = new CellStrip(redraw);
    this.#cards = new VirtualRows(wideHeight, redraw);
  }

  /** Counts and shown images. They are cached until the images or the filter change. */
  derive(page: PageState): Derived {
    const entries = page.followed?.images.entries ?? [];
    const done = page.followed?.doneByMapRuns ?? 0;
    const { filter, thumbnails } = page;
    const names = thumbnails.namesVersion;
    const last = this.#derived?.entries === entries && this.#derived.done === done ? this.#derived : undefined;
    if (last?.filter === filter && last.names === names) return last;
    const summary = last?.summary ?? summarise(entries, done);
    const shown = filterImages(entries, filter, (image) => thumbnails.knownName(image));
    this.#derived = { entries, filter, names, done, summary, shown };
    return this.#derived;
  }

  view(page: PageState): TemplateResult | typeof nothing {
    const { followed, filter, selection } = page;
    const { summary, shown } = this.derive(page);
    if (followed === undefined || summary.total === 0) return nothing;
    const many = summary.total > fewImages;
    const selected = selection?.kind === "image" ? selection.index : undefined;
    const select = ({ index }: ImageEntry): void => page.select({ kind: "image", index });
    const fileName = `images-${executionName(followed.arn)}`;
    const tools = imageToolbar({ summary, filter, shown, fileName, show: (next) => page.show(next) });
    return html`
      <section class="images" aria-label="Images">
        ${many ? html`${tools} ${this.#strip.view({ entries: shown, selected, select })}` : nothing}
        ${shown.length === 0 ? html`<p class="quiet">No image matches.</p>` : nothing}
        ${many ? this.#scrolling(page, shown, selected) : this.#all(page, shown)}
      </section>
    `;
  }

  #all(page: PageState, shown: readonly ImageEntry[]): TemplateResult {
    return html`<ul class="cards" data-count=${Math.min(shown.length, 3)}>
      ${repeat(
        shown,
        ({ index }) => index,
        (entry) => html`<li>${card(page, entry)}</li>`,
      )}
    </ul>`;
  }

  /** Rows with as many cards as fit. Only the visible rows are in the document. */
  #scrolling(page: PageState, shown: readonly ImageEntry[], selected: number | undefined): TemplateResult {
    const width = this.#cards.width || 1_000;
    const columns = Math.max(1, Math.floor((width + gap) / (cardWidth + gap)));
    // A picture is as wide as its column, and its height is three quarters of that.
    const tallHeight = Math.ceil(((width + gap) / columns - gap) * 0.75) + textHeight + gap;
    const height = width < narrowWidth ? wideHeight : tallHeight;
    const { height: total, rows } = this.#cards.window(Math.ceil(shown.length / columns), height);
    if (selected !== this.#revealed) {
      this.#revealed = selected;
      const at = shown.findIndex(({ index }) => index === selected);
      if (at >= 0) this.#cards.reveal(Math.floor(at / columns));
    }
    return html`<div class="card-scroll" tabindex="0" role="group" aria-label="Cards, scrollable" ${ref(this.#cards.attach)}>
      <div class="space" .style=${`height: ${total}px`}>
        ${repeat(
          rows,
          ({ index }) => index,
          ({
            index: row,
            top,
          }) => html`<ul class="cards row-of-cards" .style=${`transform: translateY(${top}px); grid-template-columns: repeat(${columns}, minmax(0, 1fr)); height: ${height - gap}px`}>
            ${shown
              .slice(row * columns, (row + 1) * columns)
              .map((entry) => html`<li data-chosen=${entry.index === selected}>${card(page, entry)}</li>`)}
          </ul>`,
        )}
      </div>
    </div>`;
  }
}

function card(page: PageState, entry: ImageEntry): unknown {
  const picture = pictureOf(page, entry);
  const name = entry.image === undefined ? undefined : page.thumbnails.nameOf(entry.image);
  return guard([entry.image, entry.result, entry.state, name, picture.url, picture.show === undefined], () =>
    imageCard(entry, picture, name, () => page.select({ kind: "image", index: entry.index })),
  );
}

export function pictureOf({ thumbnails, followed }: PageState, { image, result }: ImageEntry): CardPicture {
  if (image === undefined) return {};
  // A file may say anything: it does not make this browser fetch a picture from another host.
  const isVouched = followed === undefined || !isExported(followed.arn);
  const classified = result !== undefined && "predictions" in result;
  if (thumbnails.isOffered(image, classified, isVouched)) return { show: () => thumbnails.show(image) };
  return { url: thumbnails.of(image, classified, isVouched) };
}
