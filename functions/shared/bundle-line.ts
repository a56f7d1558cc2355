import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A line of a stack that names a position in a bundle. */
const frame = /^ +at .*?((?:file:\/\/)?([^\s()"]+\.mjs):\d+:\d+)\)?$/m;
const hashes = new Map<string, Promise<string>>();

/**
 * The bundle to which an error's stack refers: its path in the image and the SHA-256 of its contents. Undefined for a
 * stack without a position in a bundle, and if the file cannot be read: nothing may hide the error itself.
 */
export async function bundleOf(error: unknown): Promise<{ file: string; sha256: string } | undefined> {
  const [, found, location] = frame.exec(framesOf(error)) ?? [];
  if (found === undefined || location === undefined) return undefined;
  try {
    const file = found.startsWith("file:") ? fileURLToPath(`file://${location}`) : location;
    const hash = hashes.get(file) ?? readFile(file).then((code) => createHash("sha256").update(code).digest("hex"));
    hashes.set(file, hash);
    const root = process.env["LAMBDA_TASK_ROOT"] ?? path.dirname(file);
    return { file: path.relative(root, file).split(path.sep).join("/"), sha256: await hash };
  } catch {
    return undefined;
  }
}

/** The part of a stack behind the message, which may quote another stack. */
function framesOf(error: unknown): string {
  const { stack, message } = (error ?? {}) as Partial<Error>;
  const text = String(stack);
  const said = String(message);
  const start = text.indexOf(said);
  return start < 0 ? text : text.slice(start + said.length);
}
