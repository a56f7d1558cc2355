import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { npm } from "./fake-npm.ts";

/** A small project with this project's bootstrap, and with a replacement for npm that does what a test wishes. */
class BootstrapProject {
  #folder = "";

  create(): void {
    this.#folder = path.join(mkdtempSync(path.join(os.tmpdir(), "bootstrap-")), "a folder #1 %20");
    mkdirSync(this.#folder);
    for (const name of ["bootstrap.mjs", "bootstrap", "lib"]) {
      cpSync(path.resolve(import.meta.dirname, "../..", name), this.path(name), { recursive: true });
    }
    this.write("npm-cli.cjs", npm);
    this.write("package.json", JSON.stringify({ allowScripts: { built: true, planted: false } }));
    this.write("program.mjs", 'import { value } from "a"; console.log(value, JSON.stringify(process.argv.slice(2)));');
    this.lock("1.0.0");
  }

  remove(): void {
    rmSync(path.dirname(this.#folder), { recursive: true, force: true });
  }

  /** Gives its folder another name. */
  rename(name: string): void {
    const moved = path.join(path.dirname(this.#folder), name);
    renameSync(this.#folder, moved);
    this.#folder = moved;
  }

  path(name: string): string {
    return path.join(this.#folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Writes the lock file. `more` are further packages. */
  lock(version: string, more: object = {}): void {
    const packages = {
      "": {},
      "node_modules/a": { version },
      "node_modules/tsx": {},
      "node_modules/built": {},
      ...more,
    };
    this.write("package-lock.json", JSON.stringify({ packages }));
  }

  /** What the replacement for npm does next. */
  wish(text: string): void {
    this.write("wish", text);
  }

  /** The calls of npm, each as one line. */
  get calls(): readonly string[] {
    return existsSync(this.path("calls")) ? this.read("calls").trim().split("\n") : [];
  }

  get installs(): number {
    return this.calls.filter((call) => call.startsWith("ci")).length;
  }

  /** Creates what npm leaves behind after someone has run it by hand. */
  installByHand(left: Readonly<Record<string, object>>): void {
    for (const name of Object.keys(left)) {
      mkdirSync(this.path(name), { recursive: true });
      this.write(`${name}/package.json`, "{}");
    }
    this.write("node_modules/.package-lock.json", JSON.stringify({ packages: left }));
  }

  bootstrap(...parameters: readonly string[]): Promise<Ended> {
    return this.node(["bootstrap.mjs", ...parameters]);
  }

  /** @param onOutput called with all output so far */
  async node(parameters: readonly string[], onOutput = (_output: string): void => {}): Promise<Ended> {
    const child = spawn(process.execPath, parameters, {
      cwd: this.#folder,
      env: { ...process.env, npm_execpath: this.path("npm-cli.cjs") },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        onOutput(output);
      });
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }
}

interface Ended {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** A new project for each test of the file. */
export function bootstrapProject(): BootstrapProject {
  const project = new BootstrapProject();
  beforeEach(() => project.create());
  afterEach(() => project.remove());
  return project;
}
