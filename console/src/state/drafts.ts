/** Where drafts are kept; `sessionStorage` in the browser. */
export type DraftStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * What was typed but not sent yet, by the name of its field. It survives a reload of the tab, so nothing typed is lost
 * when the service restarts or another page is opened.
 */
export class Drafts {
  readonly #store: DraftStore;
  readonly #known = new Map<string, string>();

  constructor(store: DraftStore) {
    this.#store = store;
  }

  read(field: string): string {
    return this.#known.get(field) ?? this.#stored(field) ?? "";
  }

  /** Keeps a text; an empty one is forgotten. */
  write(field: string, text: string): void {
    this.#known.set(field, text);
    try {
      if (text === "") this.#store.removeItem(nameOf(field));
      else this.#store.setItem(nameOf(field), text);
    } catch {
      // The store is full or forbidden. The text is kept until this page is closed.
    }
  }

  #stored(field: string): string | undefined {
    try {
      return this.#store.getItem(nameOf(field)) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

function nameOf(field: string): string {
  return `draft ${field}`;
}
