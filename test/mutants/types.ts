import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * Diagnostics that a mutant causes only because it leaves a name unused or code unreachable. The same mistake written
 * differently would not cause them, so they do not count and a test must notice the mutant.
 */
const byAccident = new Set([6133, 6192, 6196, 6198, 7027]);

/**
 * The compiler, kept ready between changes. It checks only the files that a change can affect, not the whole project.
 */
export class TypeCheck {
  readonly #folder: string;
  readonly #versions = new Map<string, number>();
  readonly #service: ts.LanguageService;

  /** @param folder a project with a tsconfig.json */
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

  /**
   * Must be called after every change of a file. @param file path relative to the folder, like all paths in this class
   */
  changed(file: string): void {
    const name = path.join(this.#folder, file);
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
  }

  /** The first diagnostic for one of the files, or `undefined`. */
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
