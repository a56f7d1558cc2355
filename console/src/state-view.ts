import { element } from "./dom.ts";
import { seconds } from "./timeline-view.ts";
import type { Visit } from "./visits.ts";

/** Input, output and exception of the chosen state; one whose state was passed several times has a choice of passages. */
export class StateView {
  readonly #place: HTMLElement;
  #state: string | undefined;
  #visitId: number | undefined;
  #shown = "";

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  choose(state: string, visitId?: number): void {
    this.#state = state;
    this.#visitId = visitId;
  }

  forget(): void {
    this.#state = undefined;
    this.#shown = "";
    this.#place.replaceChildren(element("p", {}, "Choose a state of the graph or a bar of the timeline."));
  }

  show(all: readonly Visit[]): void {
    if (this.#state === undefined) return;
    const visits = all.filter(({ state }) => state === this.#state);
    const visit = visits.find(({ id }) => id === this.#visitId) ?? visits[0];
    const key = JSON.stringify([this.#state, visit?.id, visit?.output, visit?.failure, visits.length]);
    if (key === this.#shown) return;
    this.#shown = key;
    const title = element("h3", {}, this.#state);
    if (!visit) {
      this.#place.replaceChildren(title, element("p", {}, "This state was not entered."));
      return;
    }
    const spent = visit.exited === undefined ? "running" : seconds(visit.exited - visit.entered);
    this.#place.replaceChildren(
      title,
      ...(visits.length > 1 ? [this.#passages(visits, visit, all)] : []),
      element(
        "p",
        {},
        `${spent}${visit.retries === 0 ? "" : `, ${visit.retries} attempts failed and were tried again`}`,
      ),
      ...(visit.failure
        ? block("Exception", `${visit.failure.error}\n${readable(visit.failure.cause)}`, "exception")
        : []),
      ...block("Input", readable(visit.input)),
      ...block("Output", readable(visit.output)),
    );
  }

  #passages(visits: readonly Visit[], chosen: Visit, all: readonly Visit[]): HTMLElement {
    const select = element("select", { "aria-label": "Passage" });
    for (const { id, iteration, exited } of visits) {
      const text = `${iteration === undefined ? `event ${id}` : `iteration ${iteration}`}${exited === undefined ? ", running" : ""}`;
      const option = element("option", { value: String(id) }, text);
      option.selected = id === chosen.id;
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.#visitId = Number(select.value);
      this.show(all);
    });
    return select;
  }
}

function block(title: string, text: string, kind = ""): readonly HTMLElement[] {
  return [element("h4", {}, title), element("pre", { class: kind, tabindex: "0" }, text)];
}

/** JSON with line breaks; anything else as it is; never more than a person would read. */
function readable(text: string | undefined): string {
  if (text === undefined) return "none yet";
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: a cause may be a plain sentence.
  }
  return pretty.length > 20_000 ? `${pretty.slice(0, 20_000)}\n… ${pretty.length - 20_000} more characters` : pretty;
}
