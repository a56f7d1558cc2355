import { type ImportedFile, readImportedFile, UnreadableFile } from "../model/imported/imported-file.ts";
import type { Problem } from "../service/problem.ts";
import { ExportedExecution, type ExportedHistory } from "./exported-execution.ts";

/** A history of 25,000 events with 256 KB of data each would not fit; one with a few KB each does. */
const mostBytes = 200 * 1024 * 1024;

/** A file that the user chose. */
export type ChosenFile = Pick<File, "name" | "size" | "text">;

/** The execution that was imported from files. It exists only on this page: nothing is sent anywhere. */
export class Imports {
  execution: ExportedExecution | undefined;
  problem: Problem | undefined;

  /**
   * Imports a history, with its definition if that is among the files. A definition alone belongs to the history that
   * was imported before. Returns whether there is an execution to show; otherwise `problem` says why not.
   */
  async read(files: readonly ChosenFile[]): Promise<boolean> {
    this.problem = undefined;
    try {
      const read = await Promise.all(files.map(readFile));
      this.execution = executionOf(read, this.execution?.file);
      return true;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.problem = { code: "UnreadableFile", message: error.message };
      return false;
    }
  }
}

async function readFile(file: ChosenFile): Promise<ImportedFile> {
  const { name, size } = file;
  if (size > mostBytes) {
    throw new UnreadableFile(
      `"${name}" has ${Math.round(size / 1024 / 1024)} MB; at most ${mostBytes / 1024 / 1024} MB are read.`,
    );
  }
  let text: string;
  try {
    text = await file.text();
  } catch (cause) {
    throw new UnreadableFile(`"${name}" cannot be read: ${(cause as Error).message}`, { cause });
  }
  return readImportedFile({ name, text });
}

function executionOf(files: readonly ImportedFile[], before: ExportedHistory | undefined): ExportedExecution {
  const histories = files.filter((file) => file.kind === "history");
  const definitions = files.filter((file) => file.kind === "definition");
  if (histories.length > 1 || definitions.length > 1) {
    const names = files.map(({ name }) => `"${name}"`).join(", ");
    throw new UnreadableFile(`Open one history at a time, with at most one definition. These were chosen: ${names}.`);
  }
  const history = histories[0] ?? before;
  if (history !== undefined) return new ExportedExecution(history, definitions[0]?.text);
  throw new UnreadableFile(`"${definitions[0]?.name}" is a definition: open the history that belongs to it as well.`);
}
