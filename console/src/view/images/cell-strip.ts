import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { type ImageEntry, imageStateWords } from "../../model/images/entry.ts";
import { shortReference } from "../../model/words.ts";

export interface Strip {
  readonly entries: readonly ImageEntry[];
  readonly selected: number | undefined;
  readonly select: (entry: ImageEntry) => void;
}

/** Distances between cells in pixels, smallest to largest. */
const sizes = [6, 9, 13, 20, 30] as const;
/** Maximum height of the strip in pixels; with more rows it scrolls. */
const mostHeight = 168;
const borders = 2;

/**
 * One cell per image, drawn on a canvas as large as the visible area, so that ten thousand images scroll as fast as
 * ten. The surrounding list box handles the keyboard, and announces the current cell to screen readers.
 */
export class CellStrip {
  readonly #redraw: () => void;
  #scroller: HTMLElement | undefined;
  #strip: Strip = { entries: [], selected: undefined, select: () => {} };
  #zoom = 2;
  #cursor = 0;
  readonly #observer: ResizeObserver;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    this.#observer = new ResizeObserver(() => this.#paint());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
  }

  view(strip: Strip): TemplateResult {
    this.#strip = strip;
    const { entries, selected } = strip;
    const at = entries.findIndex(({ index }) => index === selected);
    if (at >= 0) this.#cursor = at;
    const current = entries[Math.min(this.#cursor, entries.length - 1)];
    queueMicrotask(() => this.#paint());
    return html`
      <div class="strip-tools">
        <span class="quiet">${entries.length.toLocaleString()} ${entries.length === 1 ? "cell" : "cells"}, one per image</span>
        ${this.#zoomButton("Smaller cells", "−", -1)} ${this.#zoomButton("Larger cells", "+", 1)}
      </div>
      <div
        class="strip"
        role="listbox"
        tabindex="0"
        aria-label="Images, one cell each"
        aria-activedescendant=${current === undefined ? nothing : "strip-current"}
        ${ref(this.#attach)}
        @scroll=${() => this.#paint()}
        @click=${(event: MouseEvent) => this.#click(event)}
        @mousemove=${(event: MouseEvent) => this.#hover(event)}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      >
        <canvas aria-hidden="true"></canvas>
        <div class="space" role="presentation"></div>
        ${
          current === undefined
            ? nothing
            : html`<span
                class="unseen"
                role="option"
                id="strip-current"
                aria-selected=${current.index === selected ? "true" : "false"}
                aria-setsize=${entries.length}
                aria-posinset=${this.#cursor + 1}
                >${describe(current)}</span
              >`
        }
      </div>
    `;
  }

  #zoomButton(name: string, sign: string, by: number): TemplateResult {
    const next = this.#zoom + by;
    return html`<button
      type="button"
      aria-label=${name}
      title=${name}
      ?disabled=${next < 0 || next >= sizes.length}
      @click=${() => {
        this.#zoom = next;
        this.#redraw();
      }}
    >
      ${sign}
    </button>`;
  }

  readonly #attach = (element: Element | undefined): void => {
    this.#observer.disconnect();
    this.#scroller = element instanceof HTMLElement ? element : undefined;
    if (this.#scroller !== undefined) this.#observer.observe(this.#scroller);
  };

  get #size(): number {
    return sizes[this.#zoom] ?? 13;
  }

  get #columns(): number {
    return Math.max(1, Math.floor((this.#scroller?.clientWidth ?? 0) / this.#size));
  }

  #paint(): void {
    const scroller = this.#scroller;
    const canvas = scroller?.querySelector("canvas");
    const space = scroller?.querySelector<HTMLElement>(".space");
    if (!scroller || !canvas || !space) return;
    const { entries, selected } = this.#strip;
    const size = this.#size;
    const columns = this.#columns;
    const rows = Math.ceil(entries.length / columns);
    space.style.height = `${rows * size}px`;
    scroller.style.height = `${Math.min(mostHeight, rows * size) + borders}px`;
    const ratio = devicePixelRatio;
    const { clientWidth: width, clientHeight: height, scrollTop } = scroller;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    // The canvas stays in the visible area while the cells scroll, so it takes no space in the layout.
    canvas.style.marginBottom = `${-height}px`;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    const colours = coloursOf(scroller);
    const first = Math.floor(scrollTop / size) * columns;
    const last = Math.min(entries.length, Math.ceil((scrollTop + height) / size) * columns);
    for (let at = first; at < last; at += 1) {
      const entry = entries[at];
      if (entry === undefined) continue;
      const x = (at % columns) * size;
      const y = Math.floor(at / columns) * size - scrollTop;
      drawCell(context, entry, x, y, size - 1, colours);
      if (entry.index !== selected && !(at === this.#cursor && document.activeElement === scroller)) continue;
      context.strokeStyle = colours["ink"] ?? "";
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, size - 3, size - 3);
    }
  }

  #entryAt(event: MouseEvent): number | undefined {
    const scroller = this.#scroller;
    if (scroller === undefined) return undefined;
    const { left, top } = scroller.getBoundingClientRect();
    const column = Math.floor((event.clientX - left) / this.#size);
    const row = Math.floor((event.clientY - top + scroller.scrollTop) / this.#size);
    const at = row * this.#columns + column;
    return column < this.#columns && at < this.#strip.entries.length ? at : undefined;
  }

  #click(event: MouseEvent): void {
    this.#choose(this.#entryAt(event));
  }

  #hover(event: MouseEvent): void {
    const entry = this.#strip.entries[this.#entryAt(event) ?? -1];
    if (this.#scroller !== undefined) this.#scroller.title = entry === undefined ? "" : describe(entry);
  }

  #choose(at: number | undefined): void {
    const entry = at === undefined ? undefined : this.#strip.entries[at];
    if (at === undefined || entry === undefined) return;
    this.#cursor = at;
    this.#strip.select(entry);
  }

  #key(event: KeyboardEvent): void {
    const { entries } = this.#strip;
    const columns = this.#columns;
    const page = columns * Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / this.#size));
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -entries.length,
      End: entries.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(entries.length - 1, Math.max(0, this.#cursor + step));
    this.#reveal(next);
    this.#choose(next);
  }

  #reveal(at: number): void {
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    const top = Math.floor(at / this.#columns) * this.#size;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + this.#size > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + this.#size - scroller.clientHeight;
    }
  }
}

type Colours = Readonly<Record<string, string>>;

/** The colours of the style sheet in the current colour scheme. */
function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const names = ["waiting", "queued", "running", "done", "failed", "aborted", "ink", "panel"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--cell-${name}`)]));
}

/** Shapes show the state without relying on colour: failed cells are crossed out, unfinished cells are hollow. */
function drawCell(
  context: CanvasRenderingContext2D,
  { state }: ImageEntry,
  x: number,
  y: number,
  size: number,
  colours: Colours,
): void {
  context.fillStyle = colours[state] ?? "";
  context.fillRect(x, y, size, size);
  if (size < 7) return;
  context.fillStyle = colours["panel"] ?? "";
  if (state === "waiting" || state === "aborted") context.fillRect(x + 2, y + 2, size - 4, size - 4);
  if (state === "queued") context.fillRect(x + 2, y + 2, size - 4, (size - 4) / 2);
  if (state !== "failed") return;
  context.strokeStyle = colours["panel"] ?? "";
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x + 3, y + 3);
  context.lineTo(x + size - 3, y + size - 3);
  context.moveTo(x + size - 3, y + 3);
  context.lineTo(x + 3, y + size - 3);
  context.stroke();
}

function describe(entry: ImageEntry): string {
  const { index, image, state, result } = entry;
  const name = image === undefined ? "" : ` ${shortReference(image)}`;
  const outcome =
    result === undefined ? "" : "error" in result ? `: ${result.error.code}` : `: ${result.predictions[0]?.label}`;
  return `${index + 1}${name} · ${imageStateWords[state]}${outcome}`;
}
