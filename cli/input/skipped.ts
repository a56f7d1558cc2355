/** Counts the files that were skipped because they are not photos, to report them. */
export class Skipped {
  readonly #counts = new Map<string, number>();

  /** @param kind an extension, or a phrase such as "without an extension" */
  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** One sentence with the most frequent kinds first; undefined if nothing was skipped. */
  sentence(): string | undefined {
    const kinds = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (kinds.length === 0) return undefined;
    const total = kinds.reduce((sum, [, count]) => sum + count, 0);
    const named = kinds.slice(0, shownKinds).map(([kind, count]) => `${count} ${kind}`);
    const rest = kinds.slice(shownKinds).reduce((sum, [, count]) => sum + count, 0);
    const list = [...named, ...(rest > 0 ? [`${rest} of other kinds`] : [])].join(", ");
    return `Skipped ${total === 1 ? "1 entry that is not a photo" : `${total} entries that are not photos`}: ${list}.`;
  }
}

const shownKinds = 8;
