import type { ExecutionListItem } from "@aws-sdk/client-sfn";
import { element } from "./dom.ts";

/** The newest executions; choosing one shows it. */
export class ExecutionsView {
  readonly #place: HTMLElement;
  readonly #choose: (id: string) => void;
  #shown = "";

  constructor(place: HTMLElement, choose: (id: string) => void) {
    this.#place = place;
    this.#choose = choose;
  }

  show(executions: readonly ExecutionListItem[], chosen: string | undefined): void {
    const key = JSON.stringify([executions.map(({ name, status }) => [name, status]), chosen]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#place.replaceChildren(
      ...(executions.length === 0 ? [element("li", { class: "none" }, "none yet")] : []),
      ...executions.map(({ name = "", status = "", startDate }) => {
        const button = element(
          "button",
          { type: "button", "aria-pressed": String(name === chosen) },
          element("span", { class: "pill", "data-status": status }, status),
          element("span", { class: "when" }, startDate?.toLocaleTimeString() ?? ""),
          element("span", { class: "id" }, name),
        );
        button.addEventListener("click", () => this.#choose(name));
        return element("li", {}, button);
      }),
    );
  }
}
