import path from "node:path";
import { expect, test } from "vitest";
import { attempt, type CommandResult, run } from "../support/command.ts";
import { copyProject, editFile, removeCopy } from "../support/edited-copy.ts";
import { opened } from "../support/opened.ts";

/** A copy of the project as a repository with two commits: the project as it is, and one that does not evaluate. */
class Repository {
  readonly #folder: string;
  readonly #index: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#index = path.join(folder, "index.ts");
  }

  static async open(): Promise<Repository> {
    const repository = new Repository(copyProject());
    await repository.#git("init", "--quiet", "--initial-branch", "main");
    await repository.#commit("good");
    await repository.broken(async () => repository.#commit("bad"));
    return repository;
  }

  /** `npm run review` for the stack dev. */
  review(...parameters: readonly string[]): Promise<CommandResult> {
    const command = ["--import", "tsx", "review/main.ts", "--exact", "--stack", "dev", ...parameters];
    return attempt(process.execPath, command, { cwd: this.#folder });
  }

  /** Runs `work` while the program cannot be evaluated. */
  async broken<Result>(work: () => Promise<Result>): Promise<Result> {
    const line = '\nthrow new Error("the program is broken");\n';
    editFile(this.#index, (text) => text + line);
    try {
      return await work();
    } finally {
      editFile(this.#index, (text) => text.replace(line, ""));
    }
  }

  /** Runs `work` while a stack has a setting with low risk. */
  async changed<Result>(work: () => Promise<Result>): Promise<Result> {
    const file = path.join(this.#folder, "Pulumi.dev.yaml");
    const line = "  deep-learning-workflow:mapMemory: 1024\n";
    editFile(file, (text) => `${text.trimEnd()}\n${line}`);
    try {
      return await work();
    } finally {
      editFile(file, (text) => text.replace(line, ""));
    }
  }

  close(): void {
    removeCopy(this.#folder);
  }

  async #commit(tag: string): Promise<void> {
    await this.#git("add", "--all");
    const author = ["-c", "user.name=review", "-c", "user.email=review@localhost"];
    await this.#git(...author, "commit", "--quiet", "--no-verify", "-m", tag);
    await this.#git("tag", tag);
  }

  #git(...parameters: readonly string[]): Promise<string> {
    return run("git", ["-c", "core.hooksPath=/dev/null", ...parameters], { cwd: this.#folder });
  }
}

const repository = opened(
  () => Repository.open(),
  (each) => each.close(),
);

test("0: nothing changed, whatever risk would fail", async () => {
  const { code, stdout } = await repository().review("--base", "good", "--fail-on", "low");
  expect(stdout).toContain("**No change.**");
  expect(code).toBe(0);
});

test("3: the risk reaches the limit; 0: it does not", async () => {
  await repository().changed(async () => {
    const reached = await repository().review("--base", "good", "--fail-on", "low");
    expect(reached.stdout).toContain("**Low risk**");
    expect(reached.code).toBe(3);
    expect((await repository().review("--base", "good", "--fail-on", "high", "--json")).code).toBe(0);
  });
});

test("1: the working tree does not evaluate, and why is in the report", async () => {
  const { code, stdout } = await repository().broken(() => repository().review("--base", "good"));
  expect(stdout).toContain("### `dev`: does not evaluate");
  expect(stdout).toContain("the program is broken");
  expect(code).toBe(1);
});

test("0: only the base does not evaluate, which the report says", async () => {
  const { code, stdout } = await repository().review("--base", "bad");
  expect(stdout).toMatch(/the base of stack `dev` does not evaluate.*the program is broken/);
  expect(code).toBe(0);
});

test("2: a mistake on the command line", async () => {
  const { code, output } = await repository().review("--base", "good", "--fail-on", "none");
  expect(output).toContain('--fail-on is "none". Allowed: low, high.');
  expect(code).toBe(2);
});
