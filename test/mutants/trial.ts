import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Importers, testsOf } from "./importers.ts";
import type { Mutant } from "./mutants.ts";
import { TypeCheck } from "./types.ts";

/** The result of a mutant, and the first line of output that shows it. */
export interface Outcome {
  readonly fate: "killed by a test" | "killed by time" | "killed by a type" | "survived";
  readonly by: string;
}

/** Time limit of a test run in seconds. A mutant that makes a test hang counts as noticed. */
const patienceSeconds = (files: number): number => 60 + 10 * files;
/** Time limit of a file of a lane, which may have to build what the lane needs. */
const storySeconds = 1_800;

/** Number of test files that run before all other test files that import a changed file. */
const nearTests = 8;

const survived: Outcome = { fate: "survived", by: "" };

/** One copy of the project, in which mutants are planted one at a time. */
export class Trial {
  readonly #folder: string;
  readonly #types: TypeCheck;
  readonly #importers: Importers;
  /** Test files that pass without a mutant, so their failure is caused by the mutant. */
  readonly #sound = new Set<string>();
  /** Test files that fail without a mutant. They are not used. */
  readonly unsound = new Set<string>();

  /** @param folder the copy @param importers the importers of the project's files */
  constructor(folder: string, importers: Importers) {
    this.#folder = folder;
    this.#types = new TypeCheck(folder);
    this.#importers = importers;
  }

  /**
   * Plants a mutant, checks it with the compiler, and then runs the tests that import the file, nearest first, until
   * one of them fails. The copy is restored before this returns.
   */
  async of(mutant: Mutant): Promise<Outcome> {
    const file = path.join(this.#folder, mutant.file);
    const text = readFileSync(file, "utf8");
    const planted = text.slice(0, mutant.from) + mutant.replacement + text.slice(mutant.to);
    const write = (content: string): void => {
      writeFileSync(file, content);
      this.#types.changed(mutant.file);
    };
    /** Whether a test passes in the unchanged copy. This is determined once per test. */
    const isSound = async (test: string, runs = runTests): Promise<boolean> => {
      if (this.#sound.has(test)) return true;
      if (this.unsound.has(test)) return false;
      write(text);
      const passes = (await runs(this.#folder, [test])) === survived;
      write(planted);
      (passes ? this.#sound : this.unsound).add(test);
      return passes;
    };
    write(planted);
    try {
      if (mutant.story !== undefined) {
        const outcome = await runStory(this.#folder, [mutant.story]);
        return outcome === survived || (await isSound(mutant.story, runStory)) ? outcome : survived;
      }
      const complaint = this.#types.complaint([mutant.file, ...(this.#importers.get(mutant.file) ?? [])]);
      if (complaint !== undefined) return { fate: "killed by a type", by: complaint };
      return await this.#tests(mutant.file, isSound);
    } finally {
      write(text);
    }
  }

  async #tests(file: string, isSound: (test: string) => Promise<boolean>): Promise<Outcome> {
    const tests = testsOf(file, this.#importers).filter((test) => !this.unsound.has(test));
    for (const some of [tests.slice(0, 1), tests.slice(1, 1 + nearTests), tests.slice(1 + nearTests)]) {
      const outcome = some.length === 0 ? survived : await runTests(this.#folder, some);
      if (outcome === survived) continue;
      const [test] = /\S+\.test\.ts/.exec(outcome.by) ?? [];
      return test === undefined || (await isSound(test)) ? outcome : this.#tests(file, isSound);
    }
    return survived;
  }
}

/** @param files paths of the tests, relative to the folder */
async function runTests(folder: string, files: readonly string[]): Promise<Outcome> {
  const options = ["--bail", "1", "--reporter", "default"];
  const seconds = patienceSeconds(files.length);
  return outcomeOf(folder, [...files, ...options], seconds);
}

/** Runs a file of a lane. */
async function runStory(folder: string, [file = ""]: readonly string[]): Promise<Outcome> {
  const lane = ["--config", "test/lanes/vitest.config.ts", "--project", file.split("/")[2] ?? ""];
  return outcomeOf(folder, [...lane, file, "--bail", "1", "--reporter", "default"], storySeconds);
}

async function outcomeOf(folder: string, parameters: readonly string[], seconds: number): Promise<Outcome> {
  const { code, output } = await run(folder, ["node_modules/vitest/vitest.mjs", "run", ...parameters], seconds);
  if (code === undefined) return { fate: "killed by time", by: `${seconds} s` };
  const first = output.split("\n").find((line) => /FAIL|Error/.test(line)) ?? "";
  return code === 0 ? survived : { fate: "killed by a test", by: first.replace(/^\s*FAIL\s+/, "") };
}

/** `code` is undefined if the time limit was reached. The process and all its children are then killed. */
async function run(folder: string, parameters: readonly string[], seconds: number) {
  const child = spawn(process.execPath, parameters, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const done = new AbortController();
  const exited = new Promise<number | undefined>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  const late = delay(seconds * 1_000, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
  const code = await Promise.race([exited, late]);
  done.abort();
  if (code === undefined && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exited;
  return { code, output };
}
