import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";

export interface RowWindow {
  /** Total height of all rows in pixels. */
  readonly height: number;
  readonly rows: readonly { readonly index: number; readonly top: number }[];
}

/** Determines the visible rows of a long list, with TanStack Virtual: ten thousand rows cost no more than thirty. */
export class VirtualRows {
  #element: HTMLElement | null = null;
  #unmount: (() => void) | undefined;
  #count = 0;
  #rowHeight: number;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #redraw: () => void;

  constructor(rowHeight: number, redraw: () => void) {
    this.#rowHeight = rowHeight;
    this.#redraw = redraw;
    this.#virtualizer = new Virtualizer(this.#options());
  }

  /** For lit-html's `ref`: receives the scrolling element, or undefined when it is removed. */
  readonly attach = (element: Element | undefined): void => {
    const next = element instanceof HTMLElement ? element : null;
    if (next === this.#element) return;
    this.#unmount?.();
    this.#element = next;
    if (next === null) return;
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#redraw();
  };

  window(count: number, rowHeight = this.#rowHeight): RowWindow {
    const resized = rowHeight !== this.#rowHeight;
    this.#rowHeight = rowHeight;
    this.#count = count;
    this.#virtualizer.setOptions(this.#options());
    if (resized) this.#virtualizer.measure();
    const rows = this.#virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start }));
    return { height: this.#virtualizer.getTotalSize(), rows };
  }

  /** Number of rows by which Page Up and Page Down move. */
  get pageRows(): number {
    return Math.max(1, Math.floor((this.#element?.clientHeight ?? 0) / this.#rowHeight) - 1);
  }

  get isScrolled(): boolean {
    return (this.#element?.scrollTop ?? 0) > 0;
  }

  get width(): number {
    return this.#element?.clientWidth ?? 0;
  }

  reveal(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  #options() {
    return {
      count: this.#count,
      getScrollElement: () => this.#element,
      estimateSize: () => this.#rowHeight,
      overscan: 8,
      initialRect: { width: 800, height: 480 },
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.#redraw(),
    };
  }
}
