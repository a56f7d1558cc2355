import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";

/**
 * Tests real installations. With three versions of npm, a small project runs only those install scripts that
 * package.json allows, and heals a broken package. With each npm setting that omits something, a clone works or prints
 * one sentence, in a path with spaces and special characters; it has hundreds of packages, so it is installed once.
 */
const root = path.resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const run = promisify(execFile);
const mark = "node mark.cjs";
const tools = ["bootstrap.mjs", "bootstrap", "lib"];
const { dependencies: pinned } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const installs = (output: string): number => output.match(/dependencies: installed in/g)?.length ?? 0;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end, with npm's settings in environment variables. */
async function outcome(
  command: string,
  parameters: readonly string[],
  cwd: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const environment = Object.entries(process.env).filter(([name]) => !/^npm_|^BOOTSTRAP_/i.test(name));
  const env = { ...Object.fromEntries(environment), ...settings };
  try {
    const { stdout, stderr } = await run(command, [...parameters], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

describe.each(["10", "11", "12"])("npm %s", (version) => {
  const project = path.join(folder, `npm-${version}`, "a project #1 %20");
  let npm: string;
  let installed: Outcome;

  beforeAll(async () => {
    mkdirSync(project, { recursive: true });
    const tool = path.dirname(project);
    await run("npm", ["install", "--prefix", tool, "--ignore-scripts", "--no-audit", "--no-fund", `npm@${version}`]);
    npm = path.join(tool, "node_modules", "npm", "bin", "npm-cli.js");
    for (const name of tools) cpSync(path.join(root, name), path.join(project, name), { recursive: true });
    for (const name of ["planted", "allowed"]) await packed(name, { preinstall: mark, postinstall: mark });
    // Like most packages, this one has no install script.
    await packed("plain", {});
    const local = Object.fromEntries(["planted", "allowed", "plain"].map((name) => [name, `file:${name}-1.0.0.tgz`]));
    // The bootstrap loads programs with it.
    const dependencies = { ...local, tsx: pinned.tsx };
    writeFileSync(path.join(project, "program.ts"), 'import { said } from "plain";\nconsole.log(said);\n');
    // npm 12 identifies a package from a local file by that file, and other packages by name. The bootstrap asks npm
    // for the installed packages.
    const allowScripts = { allowed: true, [local["allowed"] ?? ""]: true, planted: false };
    const manifest = { name: "project", private: true, type: "module", dependencies, allowScripts };
    writeFileSync(path.join(project, "package.json"), JSON.stringify(manifest));
    await run(process.execPath, [npm, "install", "--package-lock-only", "--ignore-scripts"], { cwd: project });
    installed = await outcome(process.execPath, ["bootstrap.mjs"], project, { npm_execpath: npm });
  });

  /** A package whose install scripts leave a trace, if it has any. */
  async function packed(name: string, scripts: Readonly<Record<string, string>>): Promise<void> {
    const source = path.join(project, "sources", name);
    mkdirSync(source, { recursive: true });
    const trace = `require("node:fs").writeFileSync(${JSON.stringify(path.join(project, `${name}-ran`))}, "")`;
    writeFileSync(path.join(source, "mark.cjs"), trace);
    writeFileSync(path.join(source, "index.js"), `export const said = "${name} is whole";\n`);
    const manifest = { name, version: "1.0.0", type: "module", main: "index.js", scripts };
    writeFileSync(path.join(source, "package.json"), JSON.stringify(manifest));
    await run("npm", ["pack", source, "--pack-destination", project], { cwd: project });
  }

  test("runs the script of a package that is allowed, and of no other", () => {
    expect(installed).toMatchObject({ code: 0, output: expect.stringContaining("installed in") });
    expect(existsSync(path.join(project, "planted-ran"))).toBe(false);
    expect(existsSync(path.join(project, "allowed-ran"))).toBe(true);
  });

  test.each([
    ["its folder is gone", (location: string) => rmSync(location, { recursive: true })],
    ["a file is cut off", (location: string) => cut(path.join(location, "index.js"))],
  ])("heals a package by one reinstallation when it is broken: %s", async (_what, damage) => {
    damage(path.join(project, "node_modules", "plain"));
    const { code, output } = await outcome(process.execPath, ["bootstrap.mjs", "program.ts"], project, {
      npm_execpath: npm,
    });
    expect([code, output]).toEqual([0, expect.stringContaining("plain is whole")]);
    expect(installs(output)).toBe(1);
  });

  test("runs no script where scripts are switched off, and says so", async () => {
    rmSync(path.join(project, "allowed-ran"), { force: true });
    rmSync(path.join(project, "node_modules"), { recursive: true });
    const settings = { npm_execpath: npm, npm_config_ignore_scripts: "true" };
    const { code, output } = await outcome(process.execPath, ["bootstrap.mjs"], project, settings);
    expect([code, output]).toEqual([0, expect.stringContaining("ignore-scripts=true")]);
    expect(existsSync(path.join(project, "allowed-ran"))).toBe(false);
    expect(existsSync(path.join(project, "planted-ran"))).toBe(false);
  });
});

describe("a clone in a path with spaces and signs", () => {
  const clone = path.join(folder, "a clone #1 %20");
  beforeAll(() => {
    execFileSync("git", ["clone", "--quiet", root, clone]);
  });

  test("works where the user's npm leaves out scripts, optional and development packages, after an installation that was killed in the middle", async () => {
    await killInstallation(clone);
    const left = { npm_config_ignore_scripts: "true", npm_config_omit: "optional,dev" };
    const { code, output } = await outcome("npm", ["run", "--silent", "classify", "--", "--help"], clone, left);
    expect([code, output]).toEqual([0, expect.stringContaining("Exit codes: 0 ")]);
    expect(output).toContain("an earlier installation was interrupted");
    expect(output).toContain("ignore-scripts=true");
    expect(installs(output)).toBe(1);
    for (const script of ["start", "smoke", "model:own"]) {
      const help = await outcome("npm", ["run", "--silent", script, "--", "--help"], clone, left);
      expect([script, help.code, help.output]).toEqual([script, 0, expect.stringContaining("--help")]);
    }
  });

  test("says in one sentence that the test runner does not work there", async () => {
    const { code, output } = await outcome("npm", ["test", "--silent"], clone);
    expect([code, output]).toEqual([1, expect.stringContaining("The test runner cannot work in")]);
    expect(output).not.toMatch(/^ {4}at /m);
  });
});

/** Kills npm and its children as soon as it has written the first packages, and waits until it is gone. */
async function killInstallation(project: string): Promise<void> {
  const npm = spawn("npm", ["ci", "--ignore-scripts"], { cwd: project, stdio: "ignore", detached: true });
  await once(npm, "spawn");
  // Without an id, -0 would be the group of this process.
  if (!npm.pid) throw new Error("npm has no process id");
  const exited = once(npm, "exit");
  const runs = () => npm.exitCode === null && npm.signalCode === null;
  const modules = path.join(project, "node_modules");
  try {
    await until("npm writes packages", () => {
      if (!runs()) throw new Error(`npm ended with ${npm.exitCode ?? npm.signalCode} before it was killed`);
      return existsSync(modules) && readdirSync(modules).length > 0;
    });
  } finally {
    if (runs()) process.kill(-npm.pid, "SIGKILL");
    await exited;
  }
}

function cut(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.slice(0, Math.floor(text.length / 2)));
}
