import type { ImageResult } from "../../contract/workflow.ts";
import { element } from "./dom.ts";

/** One card an image: its thumbnail, then its labels, or why there are none. */
export class ResultsView {
  readonly #place: HTMLElement;
  /** Dropped photos, by the reference that they were stored under: the page has their pixels already. */
  readonly #thumbnails: ReadonlyMap<string, string>;
  #shown = "";

  constructor(place: HTMLElement, thumbnails: ReadonlyMap<string, string>) {
    this.#place = place;
    this.#thumbnails = thumbnails;
  }

  /** The images of a running execution, as cards that wait. */
  pending(images: readonly string[]): void {
    this.#shown = "";
    this.#place.replaceChildren(
      ...images.map((image) => this.#card(image, [element("p", { class: "busy" }, "classifying …")], "pending")),
    );
  }

  show(results: readonly ImageResult[]): void {
    const key = JSON.stringify(results);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#place.replaceChildren(...results.map((result) => this.#result(result)));
  }

  clear(): void {
    this.#shown = "";
    this.#place.replaceChildren();
  }

  #result(result: ImageResult): HTMLElement {
    if ("error" in result) {
      const { code, message } = result.error;
      return this.#card(result.image, [element("p", { class: "code" }, code), element("p", {}, message)], "error");
    }
    const rows = result.predictions.map(({ label, probability }) =>
      element(
        "li",
        {},
        element("span", { class: "label" }, label),
        element("meter", { min: "0", max: "1", value: String(probability), "aria-hidden": "true" }),
        element("span", { class: "number" }, percent(probability)),
      ),
    );
    const size = element("p", { class: "size" }, `${result.width} × ${result.height}`);
    return this.#card(result.image, [element("ol", {}, ...rows), size], "classified");
  }

  #card(image: string, body: readonly Node[], kind: string): HTMLElement {
    const source = this.#thumbnails.get(image) ?? (/^https?:/.test(image) ? image : undefined);
    const picture = element("div", { class: "picture" });
    if (source !== undefined) {
      const thumbnail = element("img", { src: source, alt: "", referrerpolicy: "no-referrer", loading: "lazy" });
      thumbnail.addEventListener("error", () => thumbnail.remove());
      picture.append(thumbnail);
    }
    const name = element("p", { class: "name", title: image }, image.split("/").at(-1) || image);
    return element("article", { class: `card result ${kind}` }, picture, element("div", {}, name, ...body));
  }
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}
