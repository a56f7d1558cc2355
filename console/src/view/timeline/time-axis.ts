import { html, nothing, svg, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { between, panned, zoomed } from "../../model/time-range.ts";
import { positionOf, type Span, ticksOf } from "../../model/timeline.ts";
import { roundDurationText } from "../../model/words.ts";

/** Pixels by which the pointer must move to choose a range: a click does not. */
const leastDrag = 4;
const step = 1.6;
/** Width of a mark with its text, such as "1 min 30 s". */
const pixelsPerTick = 78;
/** Assumed before the axis has been drawn. */
const usualWidth = 320;

/** The time axis, and the range of it that is shown: chosen by dragging, Ctrl and wheel, or buttons. */
export class TimeAxis {
  #range: Span | undefined;
  /** What the range belongs to: another history is shown as a whole. */
  #of: unknown;
  #whole: Span = { from: 0, to: 1 };
  #element: SVGSVGElement | undefined;
  /** Where a drag began and where it is, as moments. */
  #drag: { readonly from: number; readonly at: number; readonly pixels: number } | undefined;
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** The range that is shown of a history whose whole span is given. */
  rangeOf(history: unknown, whole: Span): Span {
    if (history !== this.#of) {
      this.#of = history;
      this.#range = undefined;
    }
    this.#whole = whole;
    return this.#range ?? whole;
  }

  get isZoomed(): boolean {
    return this.#range !== undefined;
  }

  get controls(): TemplateResult {
    const button = (text: string, label: string, range: () => Span | undefined): TemplateResult =>
      html`<button type="button" aria-label=${label} title=${label} ?disabled=${text !== "+" && !this.isZoomed} @click=${() => this.#set(range())}>${text}</button>`;
    return html`<div class="zoom" role="group" aria-label="Range of the time axis">
      ${button("◂", "Earlier", () => panned(this.#shown, this.#whole, -0.5))}
      ${button("▸", "Later", () => panned(this.#shown, this.#whole, 0.5))}
      ${button("−", "Longer range", () => zoomed(this.#shown, this.#whole, 1 / step))}
      ${button("+", "Shorter range (or drag along the axis)", () => zoomed(this.#shown, this.#whole, step))}
      ${button("Fit", "Fit the whole execution", () => undefined)}
    </div>`;
  }

  view(range: Span): TemplateResult {
    const { from } = this.#whole;
    const x = (at: number): string => `${positionOf(at, range) * 100}%`;
    return html`<div class="axis" aria-hidden="true">
      <span></span>
      <svg
        class="track"
        width="100%"
        height="20"
        ${ref(this.#attach)}
        @pointerdown=${(event: PointerEvent) => this.#down(event)}
        @pointermove=${(event: PointerEvent) => this.#move(event)}
        @pointerup=${() => this.#up()}
        @pointercancel=${() => this.#up()}
      >
        <title>Drag to show a range. Ctrl and wheel zoom.</title>
        <rect class="handle" width="100%" height="20" />
        ${ticksOf(range, from, this.#mostTicks).map((after) => svg`<line x1=${x(from + after)} x2=${x(from + after)} y1="14" y2="20" /><text x=${x(from + after)} y="11">${after === 0 ? "0" : roundDurationText(after)}</text>`)}
        ${this.#drag === undefined ? nothing : dragged(this.#drag, range)}
      </svg>
      <span></span>
    </div>`;
  }

  /** As many marks as have room for their texts. */
  get #mostTicks(): number {
    return Math.min(6, Math.max(2, Math.floor((this.#element?.clientWidth || usualWidth) / pixelsPerTick)));
  }

  get #shown(): Span {
    return this.#range ?? this.#whole;
  }

  #set(range: Span | undefined): void {
    const isWhole = range !== undefined && range.to - range.from >= this.#whole.to - this.#whole.from;
    this.#range = isWhole ? undefined : range;
    this.#redraw();
  }

  readonly #attach = (element: Element | undefined): void => {
    if (!(element instanceof SVGSVGElement) || element === this.#element) return;
    this.#element = element;
    // lit-html's listeners are passive for wheels in some browsers, and the page must not zoom as well.
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  };

  #wheel(event: WheelEvent): void {
    if (!(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#set(zoomed(this.#shown, this.#whole, event.deltaY < 0 ? step : 1 / step, this.#momentOf(event)));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element?.setPointerCapture(event.pointerId);
    const at = this.#momentOf(event);
    this.#drag = { from: at, at, pixels: 0 };
  }

  #move(event: PointerEvent): void {
    if (this.#drag === undefined) return;
    const pixels = this.#drag.pixels + Math.abs(event.movementX);
    this.#drag = { from: this.#drag.from, at: this.#momentOf(event), pixels };
    this.#redraw();
  }

  #up(): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (drag !== undefined && drag.pixels >= leastDrag) this.#set(between(drag.from, drag.at, this.#whole));
    else this.#redraw();
  }

  #momentOf({ clientX }: MouseEvent): number {
    const { left = 0, width = 1 } = this.#element?.getBoundingClientRect() ?? {};
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    const { from, to } = this.#shown;
    return from + share * (to - from);
  }
}

function dragged({ from, at }: { readonly from: number; readonly at: number }, range: Span) {
  const left = Math.min(positionOf(from, range), positionOf(at, range));
  const width = Math.abs(positionOf(from, range) - positionOf(at, range));
  return svg`<rect class="chosen" x="${left * 100}%" width="${width * 100}%" height="20" />`;
}
