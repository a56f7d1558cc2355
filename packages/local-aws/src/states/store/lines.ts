import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Appends a value as a line of JSON. When this returns, the operating system has the data, so killing the process loses
 * nothing.
 */
export function appendLine(file: string, value: unknown): void {
  appendFileSync(file, `${JSON.stringify(value)}\n`);
}

/**
 * Returns the values in a file of JSON lines, in order. An incomplete last line left by a crash is removed from the
 * file, so that the next line is not appended to it.
 */
export function readLines<Value>(file: string): readonly Value[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const values: Value[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    try {
      values.push(JSON.parse(bytes.toString("utf8", start, end)) as Value);
    } catch {
      break;
    }
    start = end + 1;
  }
  if (start < bytes.length) truncateSync(file, start);
  return values;
}

/**
 * Syncs appended lines to disk, in case of a power failure. A missing file or a full disk is reported by the next
 * write.
 */
export async function syncFile(file: string): Promise<void> {
  try {
    const handle = await open(file, "r+");
    await handle.datasync().finally(() => handle.close());
  } catch {
    // The operating system still has the data, so only a power failure could lose it.
  }
}
