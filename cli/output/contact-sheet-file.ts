import { stat } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { CommandFailure, exitCodes, usage } from "../failure.ts";
import type { Source } from "../input/source.ts";
import type { Row } from "../outcomes.ts";
import { contactSheet } from "./contact-sheet.ts";

/** Checks that the file can be written, before anything is classified. @throws CommandFailure */
export async function checkSheetFile(file: string): Promise<void> {
  const folder = await stat(path.dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory()) throw usage(`--html: there is no folder "${path.dirname(file)}".`);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw usage(`--html: "${file}" is a folder; name a file.`);
}

/** Writes the sheet, or leaves the file unchanged. @throws CommandFailure */
export async function writeSheet(file: string, rows: readonly Row[], sources: readonly Source[]): Promise<void> {
  try {
    await writeFileAtomic(file, await contactSheet(rows, sources));
  } catch (error) {
    throw cannotWrite(`The contact sheet "${file}"`, error);
  }
}

/** The failure for a file or stream that cannot be written. */
export function cannotWrite(what: string, error: unknown): CommandFailure {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  const why = code === "ENOSPC" ? "the disk is full" : "check the folder and its permissions";
  return new CommandFailure(exitCodes.someImagesFailed, `${what} cannot be written (${code}): ${why}.`, {
    cause: error,
  });
}
