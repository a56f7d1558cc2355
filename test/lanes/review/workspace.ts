import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Base, openBase } from "../../../review/base/base.ts";
import type { Program } from "../../../review/program/program.ts";
import { reportOf } from "../../../review/report/report.ts";
import { words } from "../../../review/report/sentence.ts";
import type { StackReview } from "../../../review/stack-review.ts";
import { run } from "../support/command.ts";

const root = path.resolve(import.meta.dirname, "../../..");

export type Plant = (workspace: Workspace) => void;

/** A copy of the checkout, in which changes are planted one after another. */
export class Workspace {
  readonly #base: Base;
  #undo: (() => void)[] = [];

  private constructor(base: Base) {
    this.#base = base;
  }

  /** Opens a copy of the checkout in its current state, including uncommitted changes. */
  static async open(): Promise<Workspace> {
    // In CI the lane runs as root in a checkout that belongs to another user, and a commit needs an author.
    const settings = { "safe.directory": root, "user.name": "review", "user.email": "review@localhost" };
    Object.entries(settings).forEach(([key, value], index) => {
      process.env[`GIT_CONFIG_KEY_${index}`] = key;
      process.env[`GIT_CONFIG_VALUE_${index}`] = value;
    });
    process.env["GIT_CONFIG_COUNT"] = String(Object.keys(settings).length);
    const stashed = (await run("git", ["stash", "create"], { cwd: root })).trim();
    return new Workspace(await openBase(root, stashed === "" ? "HEAD" : stashed));
  }

  get root(): string {
    return this.#base.checkout.root;
  }

  /** Plants changes, evaluates the stack, and reverts them. */
  async evaluate(stack: string, plants: readonly Plant[]): Promise<Program> {
    try {
      for (const plant of plants) plant(this);
      return await this.#base.checkout.fresh().evaluate(stack);
    } finally {
      for (const undo of this.#undo.reverse()) undo();
      this.#undo = [];
    }
  }

  /**
   * Replaces a text in the only file of a folder that contains it. @throws Error when no file, or more than one,
   * contains it
   */
  replace(folder: string, text: string | RegExp, by: string): void {
    const found = this.#files(folder).filter((file) => {
      const content = readFileSync(file, "utf8");
      return typeof text === "string" ? content.includes(text) : text.test(content);
    });
    const [file] = found;
    if (file === undefined || found.length > 1)
      throw new Error(`${found.length} files of ${folder} have ${String(text)}.`);
    const content = readFileSync(file, "utf8");
    this.write(
      path.relative(this.root, file),
      content.replace(text, () => by),
    );
  }

  /** Changes a JSON file. */
  json(file: string, change: (document: never) => unknown): void {
    const document = JSON.parse(readFileSync(path.join(this.root, file), "utf8")) as never;
    this.write(file, JSON.stringify(change(document) ?? document, undefined, 2));
  }

  write(file: string, content: string): void {
    const target = path.join(this.root, file);
    const former = readFileSync(target, "utf8");
    this.#undo.push(() => writeFileSync(target, former));
    writeFileSync(target, content);
  }

  /** Creates a folder with the files of another, with the names in `changed` replaced. */
  copyFolder(from: string, to: string, changed: Readonly<Record<string, string>>): void {
    const target = path.join(this.root, to);
    this.#undo.push(() => rmSync(target, { recursive: true }));
    cpSync(from, target, { recursive: true });
    for (const [name, content] of Object.entries(changed)) writeFileSync(path.join(target, name), content);
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), "utf8");
  }

  /** Moves a module, and corrects its own imports and the imports of it. */
  moveModule(from: string, to: string): void {
    const [source, target] = [path.join(this.root, from), path.join(this.root, to)];
    for (const file of [...this.files("infra"), "index.ts"]) {
      const content = this.read(file);
      const folder = path.posix.dirname(file);
      const home = file === from ? path.posix.dirname(to) : folder;
      const moved = content.replace(/from "(\.[^"]+)"/g, (all, specifier: string) => {
        const meant = path.posix.join(folder, specifier);
        if (meant !== from && file !== from) return all;
        const relative = path.posix.relative(home, meant === from ? to : meant);
        return `from "${relative.startsWith(".") ? relative : `./${relative}`}"`;
      });
      if (moved !== content) this.write(file, moved);
    }
    mkdirSync(path.dirname(target), { recursive: true });
    this.#undo.push(() => renameSync(target, source));
    renameSync(source, target);
  }

  /** The TypeScript files below a folder, except tests, by their paths in the checkout. */
  files(folder: string): readonly string[] {
    return this.#files(folder)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.relative(this.root, file));
  }

  /** Sets a value in a stack's file. */
  set(stack: string, key: string, value: string): void {
    const file = `Pulumi.${stack}.yaml`;
    const lines = this.read(file)
      .split("\n")
      .filter((line) => !line.includes(`:${key}:`));
    this.write(file, `${lines.join("\n").trimEnd()}\n  deep-learning-workflow:${key}: ${value}\n`);
  }

  close(): void {
    this.#base.remove();
  }

  #files(folder: string): readonly string[] {
    const start = path.join(this.root, folder);
    if (/\.\w+$/.test(folder)) return [start];
    return readdirSync(start, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith(".test.ts"))
      .map((name) => path.join(start, name));
  }
}

/** The first lines of a stack's section in the report. */
export function firstLines(review: StackReview, lines = 5): string {
  const report = reportOf([review], words(""));
  return report.slice(report.indexOf("### ")).split("\n").slice(0, lines).join("\n");
}
