import { element } from "./dom.ts";
import { statusOf, type Visit } from "./visits.ts";

/** Rows that are drawn; a history of thousands of passages shows its first ones and says how many more there are. */
const mostRows = 150;

/** When each state ran, one bar a passage, in the order of their beginnings. */
export class TimelineView {
  readonly #place: HTMLElement;
  readonly #choose: (visit: Visit) => void;

  constructor(place: HTMLElement, choose: (visit: Visit) => void) {
    this.#place = place;
    this.#choose = choose;
  }

  show(visits: readonly Visit[], ended: boolean): void {
    const first = visits[0]?.entered ?? 0;
    const last = Math.max(...visits.map(({ exited, entered }) => exited ?? (ended ? entered : Date.now())), first + 1);
    const rows = visits.slice(0, mostRows).map((visit) => this.#row(visit, first, last, ended));
    const more = visits.length - rows.length;
    this.#place.replaceChildren(
      element("ol", { class: "bars" }, ...rows),
      element(
        "p",
        { class: "scale" },
        `${seconds(last - first)}${more > 0 ? `; ${more} more passages are not drawn` : ""}`,
      ),
    );
  }

  #row(visit: Visit, first: number, last: number, ended: boolean): HTMLElement {
    const until = visit.exited ?? (ended ? visit.entered : last);
    const share = (time: number): string => `${(((time - first) / (last - first)) * 100).toFixed(2)}%`;
    const bar = element("span", { class: "bar", "data-status": statusOf([visit], ended) });
    bar.style.left = share(visit.entered);
    bar.style.width = `max(3px, ${share(first + until - visit.entered)})`;
    const name = visit.iteration === undefined ? visit.state : `${visit.state} #${visit.iteration}`;
    const retries = visit.retries === 0 ? "" : ` (${visit.retries} retried)`;
    const button = element(
      "button",
      { type: "button", class: "passage" },
      element("span", { class: "passage-name" }, name + retries),
      element("span", { class: "track" }, bar),
      element("span", { class: "number" }, seconds(until - visit.entered)),
    );
    button.addEventListener("click", () => this.#choose(visit));
    return element("li", {}, button);
  }
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(2)} s`;
}
