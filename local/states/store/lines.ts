import { appendFileSync, closeSync, existsSync, fdatasync, openSync, readFileSync, truncateSync } from "node:fs";

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

/** Asks the system to put what was appended onto the disk, against a power cut. A failure is left to the next write. */
export function syncFile(file: string): Promise<void> {
  return new Promise((resolve) => {
    const descriptor = openSync(file, "r+");
    fdatasync(descriptor, () => {
      closeSync(descriptor);
      resolve();
    });
  });
}
