import { html, type TemplateResult } from "lit-html";

/** A button that copies a text, and briefly shows whether it succeeded. */
export function copyButton(words: string, name: string, text: () => string): TemplateResult {
  return html`<button type="button" class="link copy" aria-label=${name} @click=${(event: Event) => copy(event, text())}>${words}</button>`;
}

async function copy(event: Event, text: string): Promise<void> {
  const button = event.currentTarget as HTMLButtonElement;
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  button.dataset["done"] = done ? "Copied" : "Not allowed";
  setTimeout(() => delete button.dataset["done"], 1_500);
}
