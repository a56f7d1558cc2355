import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { jsonText } from "../../model/words.ts";

/** Characters that are shown before somebody asks for all: a browser lays out more only slowly. */
const shownCharacters = 20_000;

/** Data of the workflow, indented, with a button that copies all of it. */
export class PayloadView {
  readonly #redraw: () => void;
  /** The text that is shown whole. */
  #whole: string | undefined;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  view(title: string, text: string | undefined): TemplateResult | typeof nothing {
    if (text === undefined) return nothing;
    const whole = this.#whole === text;
    return html`${guard([title, text, whole], () => this.#draw(title, text, whole))}`;
  }

  #draw(title: string, text: string, whole: boolean): TemplateResult {
    const pretty = jsonText(text);
    const cut = !whole && pretty.length > shownCharacters;
    return html`
      <details open class="data">
        <summary>
          ${title}
          <button type="button" class="link" @click=${(event: Event) => copy(event, pretty)}>Copy</button>
        </summary>
        <pre tabindex="0" aria-label=${title}>${cut ? pretty.slice(0, shownCharacters) : pretty}</pre>
        ${
          cut
            ? html`<button type="button" class="link" @click=${() => this.#showWhole(text)}>
                Show all ${pretty.length.toLocaleString()} characters
              </button>`
            : nothing
        }
      </details>
    `;
  }

  #showWhole(text: string): void {
    this.#whole = text;
    this.#redraw();
  }
}

async function copy(event: Event, text: string): Promise<void> {
  // Inside a summary a click would also fold the details.
  event.preventDefault();
  const button = event.currentTarget as HTMLButtonElement;
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  button.dataset["done"] = done ? "Copied" : "Not allowed";
  setTimeout(() => delete button.dataset["done"], 1_500);
}
