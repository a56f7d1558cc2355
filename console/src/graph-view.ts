import { drawing } from "./dom.ts";
import { type Box, type Layout, layOut, type Scope } from "./layout.ts";
import { type StateStatus, statusOf, type Visit } from "./visits.ts";

const words: Readonly<Record<StateStatus, string>> = {
  waiting: "not entered",
  running: "running",
  succeeded: "succeeded",
  caught: "exception caught",
  failed: "failed",
};

/** The workflow as a picture: its states, coloured by what happened in them so far. */
export class GraphView {
  readonly #place: HTMLElement;
  readonly #choose: (state: string) => void;
  #drawn = "";
  readonly #boxes = new Map<string, { readonly group: SVGGElement; readonly note: SVGTextElement }>();

  constructor(place: HTMLElement, choose: (state: string) => void) {
    this.#place = place;
    this.#choose = choose;
  }

  /** Draws the definition once, then only changes colours and counts. */
  show(definition: Scope, visits: readonly Visit[], ended: boolean): void {
    const key = JSON.stringify(definition);
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#draw(layOut(definition));
    }
    for (const [name, { group, note }] of this.#boxes) {
      const own = visits.filter(({ state }) => state === name);
      const status = statusOf(own, ended);
      group.dataset["status"] = status;
      group.setAttribute("aria-label", `${name}: ${words[status]}${own.length > 1 ? `, ${own.length} times` : ""}`);
      const done = own.filter(({ exited }) => exited !== undefined).length;
      note.textContent = own.length > 1 ? `${done} of ${own.length}` : "";
    }
  }

  #draw({ width, height, boxes, edges }: Layout): void {
    this.#boxes.clear();
    const margin = 6;
    const view = `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`;
    const svg = drawing("svg", { viewBox: view, width: width + 2 * margin, role: "group", "aria-label": "States" });
    svg.append(
      drawing(
        "defs",
        {},
        drawing(
          "marker",
          { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
          drawing("path", { d: "M0 0 8 4 0 8z", class: "arrow" }),
        ),
      ),
    );
    for (const box of boxes) svg.append(this.#box(box));
    const byName = new Map(boxes.map((box) => [box.name, box]));
    for (const { from, to, caught } of edges) {
      const [start, end] = [byName.get(from), byName.get(to)];
      if (!start || !end) continue;
      svg.append(
        drawing("path", { d: curve(start, end), class: caught ? "edge caught" : "edge", "marker-end": "url(#arrow)" }),
      );
    }
    this.#place.replaceChildren(svg);
  }

  #box({ name, x, y, width, height, group: isGroup }: Box): SVGGElement {
    const note = drawing("text", {
      class: "count",
      x: width - 10,
      y: isGroup ? 19 : height / 2 + 4,
      "text-anchor": "end",
    });
    const label = isGroup
      ? drawing("text", { x: 12, y: 19, class: "group-name" }, name)
      : drawing("text", { x: 12, y: height / 2 + 4 }, name);
    const group = drawing(
      "g",
      { transform: `translate(${x} ${y})`, class: isGroup ? "state group" : "state", tabindex: 0, role: "button" },
      drawing("rect", { width, height, rx: isGroup ? 10 : 8 }),
      label,
      note,
    );
    const choose = (event: Event): void => {
      event.stopPropagation();
      this.#choose(name);
    };
    group.addEventListener("click", choose);
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(event);
      }
    });
    this.#boxes.set(name, { group, note });
    return group;
  }
}

function curve(from: Box, to: Box): string {
  const [startX, startY] = [from.x + from.width / 2, from.y + from.height];
  const [endX, endY] = [to.x + to.width / 2, to.y];
  const bend = (endY - startY) / 2;
  return `M${startX} ${startY}C${startX} ${startY + bend} ${endX} ${endY - bend} ${endX} ${endY - 1}`;
}
