import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from "d3-zoom";

/** At a smaller scale, the texts of the drawing would be smaller than 12 pixels. */
const readable = 0.93;
const scales = { least: 0.2, most: 3 } as const;
/** A small drawing is not enlarged beyond this scale. */
const most = 1.15;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Pans and zooms a drawing inside an `svg` with d3-zoom: by dragging, pinching, Ctrl and wheel, and buttons. */
export class PanZoom {
  #svg: SVGSVGElement | undefined;
  #size = { width: 0, height: 0 };
  /** The most important horizontal range: the states that were entered. */
  #focus: Range = { from: 0, to: 0 };
  #moved = false;
  readonly #behaviour: ZoomBehavior<SVGSVGElement, unknown>;

  constructor() {
    this.#behaviour = zoom<SVGSVGElement, unknown>()
      .scaleExtent([scales.least, scales.most])
      .filter((event: Event) => isMeant(event))
      .on("zoom", ({ transform, sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        if (sourceEvent) this.#moved = true;
        this.#svg?.querySelector(".canvas")?.setAttribute("transform", transform.toString());
      });
  }

  /** For lit-html's `ref`. */
  readonly attach = (element: Element | undefined): void => {
    const svg = element instanceof SVGSVGElement ? element : undefined;
    if (svg === this.#svg) return;
    this.#svg = svg;
    if (svg === undefined) return;
    select(svg).call(this.#behaviour).on("dblclick.zoom", null);
    svg.addEventListener("focusin", (event) => this.#reveal(event.target as Element));
    new ResizeObserver(() => !this.#moved && this.#placeReadable()).observe(svg);
  };

  /**
   * Shows a drawing from its top, scaled to the available width but readable, with the focus in the middle. Once the
   * user has moved the drawing, it is not moved again until another drawing is shown.
   */
  show(size: { readonly width: number; readonly height: number }, focus: Range): void {
    const other = size.width !== this.#size.width || size.height !== this.#size.height;
    const elsewhere = focus.from !== this.#focus.from || focus.to !== this.#focus.to;
    if (other) this.#moved = false;
    if (!other && (!elsewhere || this.#moved)) return;
    this.#size = { width: size.width, height: size.height };
    this.#focus = focus;
    queueMicrotask(() => this.#placeReadable());
  }

  fitAll(): void {
    this.#moved = true;
    const { width, height } = this.#fitting;
    this.#place(Math.min(most, width, height));
  }

  by(factor: number): void {
    this.#moved = true;
    if (this.#svg) this.#behaviour.scaleBy(select(this.#svg), factor);
  }

  get #fitting(): { readonly width: number; readonly height: number } {
    const { clientWidth = 0, clientHeight = 0 } = this.#svg ?? {};
    return { width: clientWidth / this.#size.width, height: clientHeight / this.#size.height };
  }

  #placeReadable(): void {
    this.#place(Math.min(most, Math.max(readable, this.#fitting.width)));
  }

  #place(scale: number): void {
    if (!this.#svg || this.#svg.clientWidth === 0) return;
    const room = this.#svg.clientWidth - this.#size.width * scale;
    const middle = ((this.#focus.from + this.#focus.to) / 2) * scale;
    // If the drawing is too wide, the focus is centred as far as possible without a gap at either side.
    const left = room >= 0 ? room / 2 : Math.min(0, Math.max(room, this.#svg.clientWidth / 2 - middle));
    this.#behaviour.transform(select(this.#svg), zoomIdentity.translate(left, 0).scale(scale));
  }

  /** Moves the drawing so that the element with the keyboard focus is visible. */
  #reveal(target: Element): void {
    const svg = this.#svg;
    if (!svg?.contains(target) || target === svg) return;
    const box = target.getBoundingClientRect();
    const frame = svg.getBoundingClientRect();
    const dx = shift(box.left, box.right, frame.left, frame.right);
    const dy = shift(box.top, box.bottom, frame.top, frame.bottom);
    const { k } = zoomTransform(svg);
    if (dx !== 0 || dy !== 0) this.#behaviour.translateBy(select(svg), dx / k, dy / k);
  }
}

function shift(from: number, to: number, least: number, most: number): number {
  if (from < least) return least - from + 8;
  return to > most ? Math.max(most - to - 8, least - from + 8) : 0;
}

/** Whether an event pans or zooms the drawing. A wheel without Ctrl and a single finger scroll the page instead. */
function isMeant(event: Event): boolean {
  if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey;
  if (typeof TouchEvent !== "undefined" && event instanceof TouchEvent) return event.touches.length > 1;
  return event instanceof MouseEvent && event.button === 0;
}
