import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";
import { childrenOf, isContainer, type JsonNode, leafText, rootOf, search } from "../../model/json-tree.ts";
import { jsonText, parseJson } from "../../model/words.ts";
import { copyButton } from "../copy-button.ts";

/** Number of children of a node that are drawn at first, because browsers are slow to lay out thousands of elements. */
const shownAtOnce = 100;
/** Maximum number of characters of a text or leaf that are drawn. */
const shownCharacters = 20_000;
/** Nodes up to this depth are unfolded initially, unless they are long lists. */
const openDepth = 4;
const longList = 12;

interface Document {
  readonly value: unknown;
  /** Nodes that the user has folded or unfolded. */
  readonly folds: Map<string, boolean>;
  /** Number of children drawn per node, if it is more than the initial number. */
  readonly more: Map<string, number>;
  text: string;
  found: ReadonlySet<string>;
  /** The node whose path is shown. */
  chosen: JsonNode | undefined;
  /** Path of a node that something else points to, such as the selected state. */
  marked: string | undefined;
}

/**
 * Shows JSON data as a tree that can be folded and searched. The data can be copied as a whole, or as the path of a
 * value.
 */
export class JsonView {
  readonly #redraw: () => void;
  readonly #documents = new Map<string, Document>();

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** @param marked path of a node to unfold and point to */
  view(title: string, text: string | undefined, marked?: string): TemplateResult | typeof nothing {
    if (text === undefined) return nothing;
    const value = parseJson(text);
    if (isContainer(value)) this.#documentOf(text).marked = marked;
    return html`
      <section class="data" aria-label=${title}>
        <header>
          <h4>${title}</h4>
          ${isContainer(value) ? this.#searchField(title, text) : nothing} ${copyButton("Copy", `Copy ${title}`, () => jsonText(text))}
        </header>
        ${isContainer(value) ? this.#tree(text) : html`<pre tabindex="0" aria-label="${title}, text">${text.slice(0, shownCharacters)}</pre>`}
      </section>
    `;
  }

  #documentOf(text: string): Document {
    const known = this.#documents.get(text);
    if (known !== undefined) return known;
    // More than one screen needs. Clearing also forgets which nodes were folded in data that is no longer shown.
    if (this.#documents.size > 24) this.#documents.clear();
    const document: Document = {
      value: parseJson(text),
      folds: new Map(),
      more: new Map(),
      text: "",
      found: new Set(),
      chosen: undefined,
      marked: undefined,
    };
    this.#documents.set(text, document);
    return document;
  }

  #searchField(title: string, text: string): TemplateResult {
    const document = this.#documentOf(text);
    return html`<input
      type="search"
      aria-label="Search in ${title}"
      placeholder="Search"
      .value=${live(document.text)}
      @input=${(event: Event) => {
        document.text = (event.target as HTMLInputElement).value;
        document.found = new Set(document.text === "" ? [] : search(document.value, document.text));
        this.#redraw();
      }}
    />`;
  }

  #tree(text: string): TemplateResult {
    const document = this.#documentOf(text);
    const { found } = document;
    return html`
      ${document.text === "" ? nothing : html`<p class="quiet" role="status">${found.size === 200 ? "200 or more" : found.size} found</p>`}
      <ul class="json" tabindex="0" aria-label="JSON">
        ${childrenOf(rootOf(document.value)).length === 0 ? html`<li class="size">${leafText(document.value)}</li>` : nothing}
        ${childrenOf(rootOf(document.value))
          .slice(0, document.more.get("$") ?? shownAtOnce)
          .map((node) => this.#node(document, node))}
        ${this.#moreOf(document, rootOf(document.value))}
      </ul>
      ${document.chosen === undefined ? nothing : pathBar(document.chosen)}
    `;
  }

  #node(document: Document, node: JsonNode): TemplateResult {
    const { path, key, value } = node;
    const found = document.found.has(path);
    const name = html`<span class="key" data-found=${found} title=${path}>${key}</span>`;
    const choose = (): void => {
      document.chosen = node;
      this.#redraw();
    };
    if (!isContainer(value)) {
      return html`<li>
        <button type="button" class="value" title=${path} aria-pressed=${document.chosen?.path === path ? "true" : "false"} @click=${choose}>
          ${name}<span class="leaf" data-type=${value === null ? "null" : typeof value} data-found=${found}>${leafText(value).slice(0, shownCharacters)}</span>
        </button>
      </li>`;
    }
    const open = this.#isOpen(document, node);
    const isMarked = document.marked === path;
    return html`<li data-marked=${isMarked} ${isMarked ? ref(scrollTo) : nothing}>
      <button
        type="button"
        class="fold"
        aria-expanded=${open ? "true" : "false"}
        title=${path}
        @click=${() => {
          document.folds.set(path, !open);
          choose();
        }}
      >
        ${name}<span class="size">${leafText(value)}</span>
      </button>
      ${
        open
          ? html`<ul>
              ${childrenOf(node)
                .slice(0, document.more.get(path) ?? shownAtOnce)
                .map((child) => this.#node(document, child))}
              ${this.#moreOf(document, node)}
            </ul>`
          : nothing
      }
    </li>`;
  }

  #isOpen({ folds, found, marked }: Document, { path, value, depth }: JsonNode): boolean {
    const chosen = folds.get(path);
    if (chosen !== undefined) return chosen;
    if (marked?.startsWith(path)) return true;
    for (const each of found) if (each.startsWith(path) && each !== path) return true;
    return depth <= openDepth && !(Array.isArray(value) && value.length > longList);
  }

  #moreOf(document: Document, node: JsonNode): TemplateResult | typeof nothing {
    const count = childrenOf(node).length;
    const shown = document.more.get(node.path) ?? shownAtOnce;
    if (count <= shown) return nothing;
    return html`<li>
      <button
        type="button"
        class="link"
        @click=${() => {
          document.more.set(node.path, shown + 1_000);
          this.#redraw();
        }}
      >
        Show more (${shown.toLocaleString()} of ${count.toLocaleString()})
      </button>
    </li>`;
  }
}

/** The path of the chosen value, to be copied like the value itself. */
function pathBar({ path, value }: JsonNode): TemplateResult {
  return html`<p class="path-bar" role="status">
    <code>${path}</code>
    ${copyButton("Copy path", `Copy the path ${path}`, () => path)}
    ${copyButton("Copy value", `Copy the value of ${path}`, () => (typeof value === "string" ? value : JSON.stringify(value, null, 2)))}
  </p>`;
}

/** Scrolls the tree, but not the page, to a node. lit-html calls this before the node is in the document. */
function scrollTo(element: Element | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  requestAnimationFrame(() => {
    const tree = element.closest<HTMLElement>(".json");
    if (tree === null) return;
    const top = element.getBoundingClientRect().top - tree.getBoundingClientRect().top;
    if (top < 0 || top > tree.clientHeight - 60) tree.scrollTop += top - 30;
  });
}
