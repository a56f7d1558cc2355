/** A stream of the process, or what replaces it in a test. */
export interface Output {
  write(text: string): unknown;
  once?(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Width of a terminal; undefined elsewhere, where lines have no limit. */
export function columnsOf({ isTTY, columns }: Pick<Output, "isTTY" | "columns">): number | undefined {
  return isTTY ? (columns ?? 80) : undefined;
}

/** What waits for a full stream, which one listener wakes however many texts are on their way. */
const draining = new WeakMap<object, Promise<void>>();

/** Writes a text, and waits while the reader of the stream is slower, so that output does not collect in memory. */
export async function writeTo(stream: Pick<Output, "write" | "once">, text: string): Promise<void> {
  if (stream.write(text) !== false || !stream.once) return;
  let drained = draining.get(stream);
  if (drained === undefined) {
    drained = new Promise<void>((resolve) => stream.once?.("drain", resolve)).then(() => void draining.delete(stream));
    draining.set(stream, drained);
  }
  await drained;
}
