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

/** Writes a text, and waits while the reader of the stream is slower, so that output does not collect in memory. */
export function writeTo(stream: Pick<Output, "write" | "once">, text: string): Promise<void> {
  const isFull = stream.write(text) === false;
  return new Promise((resolve) => {
    if (isFull && stream.once) stream.once("drain", resolve);
    else resolve();
  });
}
