import { createStore, delMany, entries, get, set, type UseStore } from "idb-keyval";

/** Files of this tab that survive its reload. */
export interface KeptFiles {
  /** Keeps these files instead of those that were kept before; if there are no files, nothing is kept. */
  keep(files: readonly File[]): Promise<void>;
  /** The files that this tab kept; empty if there are none, or if they were deleted or kept too long ago. */
  restore(): Promise<readonly File[]>;
}

interface Entry {
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  readonly files: readonly File[];
}

/**
 * The name under which a tab remembers its key: the session storage survives a reload, but not the tab. A tab that is
 * duplicated copies it, so both tabs restore the same files until one of them keeps others under a new key.
 */
const tabField = "kept files";
/** Files of tabs that were closed are deleted after this time, in milliseconds, or when there are more than `mostTabs`. */
const keptMs = 24 * 3_600_000;
const mostTabs = 5;

/** Keeps files in the browser's IndexedDB, which stores files of any size unchanged. Each tab has its own. */
export class BrowserFiles implements KeptFiles {
  #opened: UseStore | undefined;

  async keep(files: readonly File[]): Promise<void> {
    const key = crypto.randomUUID();
    sessionStorage.setItem(tabField, key);
    if (files.length > 0) await set(key, { keptAt: Date.now(), files } satisfies Entry, this.#store);
    await delMany([...outdated(await entries<string, Entry>(this.#store), Date.now())], this.#store);
  }

  async restore(): Promise<readonly File[]> {
    const key = sessionStorage.getItem(tabField);
    if (key === null) return [];
    const entry = await get<Entry>(key, this.#store);
    return entry === undefined || outdated([[key, entry]], Date.now()).length > 0 ? [] : entry.files;
  }

  /** The database is opened when it is first used: most tabs never import anything. */
  get #store(): UseStore {
    this.#opened ??= createStore("console", "files");
    return this.#opened;
  }
}

/** Keys of what is too old, and of the oldest of what is too much. */
export function outdated(
  kept: readonly (readonly [key: string, entry: Pick<Entry, "keptAt">])[],
  now: number,
): readonly string[] {
  return kept
    .toSorted(([, one], [, other]) => other.keptAt - one.keptAt)
    .filter(([, { keptAt }], at) => at >= mostTabs || keptAt < now - keptMs)
    .map(([key]) => key);
}
