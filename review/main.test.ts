import { execFile } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

const main = path.join(import.meta.dirname, "main.ts");

function run(
  ...parameters: string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", main, ...parameters], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe("npm run review", () => {
  it("explains itself", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const option of ["--base", "--exact", "--json", "--fail-on", "--stack", "--preview"])
      expect(stdout).toContain(option);
  });

  it.each([
    ["without a base", [], "--base is missing"],
    ["with a base that is not there", ["--base", "no-such-branch"], '"no-such-branch" is no commit, branch or tag'],
    ["with a base that looks like an option of git", ["--base", "--output=x"], "See --help"],
    [
      "with a preview's output that is not there, before anything is evaluated",
      ["--base", "HEAD", "--preview", "dev=absent.json"],
      '--preview names "absent.json", which cannot be read (ENOENT).',
    ],
    ["with a stack that is not there", ["--base", "HEAD", "--exact", "--stack", "none"], 'There is no stack "none"'],
  ])("ends with 2 %s", async (_how, parameters, message) => {
    const { code, stderr } = await run(...parameters);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
