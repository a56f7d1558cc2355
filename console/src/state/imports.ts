import { type ImportedFile, readImportedFile, UnreadableFile } from "../model/imported/imported-file.ts";
import type { KeptFiles } from "../service/kept-files.ts";
import type { Problem } from "../service/problem.ts";
import { ExportedExecution, type ExportedHistory } from "./exported-execution.ts";

/** A history of 25,000 events with 256 KB of data each would not fit; one with a few KB each does. */
const mostBytes = 200 * 1024 * 1024;
/** Bytes of an import that are kept for a reload. */
const mostKeptBytes = 64 * 1024 * 1024;

/** What was read of a file that the user chose. */
interface ReadFile {
  readonly file: File;
  readonly content: ImportedFile;
}

/** The execution that was imported from files. It exists only in this browser: nothing is sent anywhere. */
export class Imports {
  execution: ExportedExecution | undefined;
  problem: Problem | undefined;
  /** Whether the files that were open before a reload are being read. */
  restoring = false;
  /** Whether they have been asked for. */
  wasRestored = false;
  /** What a reload of the page does to the import, in a sentence. */
  reloadNote = "";
  readonly #kept: KeptFiles;
  #history: File | undefined;
  /** Number of times that files were opened: what was opened last is shown, even if it is read first. */
  #turn = 0;

  constructor(kept: KeptFiles) {
    this.#kept = kept;
  }

  /**
   * Imports a history, with its definition if that is among the files. A definition alone belongs to the history that
   * was imported before. Returns whether there is an execution to show; otherwise `problem` says why not.
   */
  async read(files: readonly File[]): Promise<boolean> {
    const opened = await this.#open(files);
    if (opened !== undefined) this.reloadNote = await this.#keep(opened);
    return opened !== undefined;
  }

  /** Opens what was open before the page was reloaded. Returns whether there is an execution to show. */
  async restore(): Promise<boolean> {
    this.restoring = true;
    this.wasRestored = true;
    const turn = this.#turn;
    try {
      const files = await this.#kept.restore();
      if (files.length === 0 || turn !== this.#turn || (await this.#open(files)) === undefined) return false;
      this.reloadNote = keptNote;
      return true;
    } catch {
      // The browser forbids the page its database: the form asks for the files again.
      return false;
    } finally {
      this.restoring = false;
    }
  }

  /** Returns the files of the execution that is open now; undefined if these make none, or if others were opened since. */
  async #open(files: readonly File[]): Promise<readonly File[] | undefined> {
    this.#turn += 1;
    const turn = this.#turn;
    this.problem = undefined;
    try {
      const read = await Promise.all(files.map(async (file) => ({ file, content: await contentOf(file) })));
      if (turn !== this.#turn) return undefined;
      this.execution = executionOf(read, this.execution?.file);
      this.#history = fileOf(read, "history") ?? this.#history;
      return [this.#history, fileOf(read, "definition")].filter((file) => file !== undefined);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      if (turn !== this.#turn) return undefined;
      this.problem = { code: "UnreadableFile", message: error.message };
      return undefined;
    }
  }

  async #keep(files: readonly File[]): Promise<string> {
    const isKept = files.reduce((sum, { size }) => sum + size, 0) <= mostKeptBytes;
    try {
      await this.#kept.keep(isKept ? files : []);
      return isKept ? keptNote : `More than ${mostKeptBytes / 1024 / 1024} MB: after a reload, open it again.`;
    } catch (cause) {
      return `The browser keeps no files (${(cause as Error).message}): after a reload, open it again.`;
    }
  }
}

const keptNote = "A reload of this tab shows it again: the browser keeps the files for a day, and sends them nowhere.";

function fileOf(read: readonly ReadFile[], kind: ImportedFile["kind"]): File | undefined {
  return read.find(({ content }) => content.kind === kind)?.file;
}

async function contentOf(file: File): Promise<ImportedFile> {
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

function executionOf(read: readonly ReadFile[], before: ExportedHistory | undefined): ExportedExecution {
  const files = read.map(({ content }) => content);
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
