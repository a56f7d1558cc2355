import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * Complaints that a mutant causes only because it leaves a name unused or code unreachable; the same mistake in other words
 * would not cause them, so that a test must notice it.
 */
const byAccident = new Set([6133, 6192, 6196, 6198, 7027]);

/** The compiler, kept ready between changes: it checks the files that a change can concern, not the whole project again. */
export class TypeCheck {
  readonly #folder: string;
  readonly #versions = new Map<string, number>();
  readonly #service: ts.LanguageService;

  /** @param folder of a project with a tsconfig.json */
  constructor(folder: string) {
    this.#folder = folder;
    const { config } = ts.readConfigFile(path.join(folder, "tsconfig.json"), ts.sys.readFile);
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => fileNames,
      getScriptVersion: (file) => String(this.#versions.get(file) ?? 0),
      getScriptSnapshot: (file) =>
        ts.sys.fileExists(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, "utf8")) : undefined,
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  /** To be called after every change of a file. @param file path from the folder, like all others here */
  changed(file: string): void {
    const name = path.join(this.#folder, file);
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
  }

  /** The first complaint about one of the files, or `undefined`. */
  complaint(files: readonly string[]): string | undefined {
    for (const file of files) {
      const name = path.join(this.#folder, file);
      const all = [...this.#service.getSyntacticDiagnostics(name), ...this.#service.getSemanticDiagnostics(name)];
      const found = all.find(({ code }) => !byAccident.has(code));
      if (found !== undefined)
        return `${file}: TS${found.code} ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
    }
    return undefined;
  }
}
