/** One image of a prefix or a manifest, in its order. */
export interface Entry {
  readonly image: string;
  /** Why the line cannot be read; `image` is then the beginning of the line. */
  readonly problem?: string;
}

/** The images of a prefix or a manifest. They are read once. */
export interface EntrySource {
  entries(): AsyncGenerator<Entry>;
  /** Objects that were left out so far, because by their names they are no images. */
  readonly skipped?: number;
}
