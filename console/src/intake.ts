import { sampleKey } from "../../contract/workflow.ts";
import { byId } from "./dom.ts";

/** What a person gave to classify: photos from this machine, or addresses. */
export interface Given {
  readonly files: readonly File[];
  readonly addresses: readonly string[];
}

/** The form: dropped and chosen photos go at once, addresses on submit. */
export class Intake {
  readonly #notice = byId("notice", HTMLParagraphElement);
  readonly #buttons = [...document.querySelectorAll<HTMLButtonElement>("#intake button")];

  constructor(classify: (given: Given) => Promise<void>) {
    const form = byId("intake", HTMLFormElement);
    const urls = byId("urls", HTMLTextAreaElement);
    const files = byId("files", HTMLInputElement);
    const drop = byId("drop", HTMLLabelElement);
    const give = (given: Given): void => void this.#run(() => classify(given));

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const addresses = urls.value
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
      if (addresses.length === 0) this.#notice.textContent = "Paste an address, or drop a photo.";
      else give({ files: [], addresses });
    });
    byId("sample", HTMLButtonElement).addEventListener("click", () => {
      give({ files: [], addresses: [`${location.origin}/${sampleKey}`] });
    });
    files.addEventListener("change", () => {
      if (files.files?.length) give({ files: [...files.files], addresses: [] });
      files.value = "";
    });
    for (const kind of ["dragover", "dragleave", "drop"] as const) {
      // The whole page takes a drop: a photo that misses the field would else replace the page.
      document.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer?.files.length) {
          give({ files: [...event.dataTransfer.files], addresses: [] });
        }
      });
    }
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#notice.textContent = "";
    for (const button of this.#buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      this.#notice.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      for (const button of this.#buttons) button.disabled = false;
    }
  }
}
