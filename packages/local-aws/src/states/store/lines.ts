import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";

/** Appends one value as a line of JSON. The system has it when this returns, so a killed process loses nothing. */
export function appendLine(file: string, value: unknown): void {
  appendFileSync(file, `${JSON.stringify(value)}\n`);
}

/**
 * The values of a file of JSON lines, in order. What a crash left behind the last whole line is cut off the file, so that
 * the next line does not grow onto it.
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
    // The data is with the system all the same: only a power cut could still lose it.
  }
}
