import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { npm } from "./support/fake-npm.ts";

let project: string;

beforeEach(() => {
  project = path.join(mkdtempSync(path.join(os.tmpdir(), "bootstrap-")), "a folder #1 %20");
  mkdirSync(project);
  for (const name of ["bootstrap.mjs", "bootstrap", "lib"]) {
    cpSync(path.resolve(import.meta.dirname, "..", name), path.join(project, name), { recursive: true });
  }
  write("npm-cli.cjs", npm);
  write("package.json", JSON.stringify({ allowScripts: { built: true, planted: false } }));
  write("program.mjs", 'import { value } from "a"; console.log(value, JSON.stringify(process.argv.slice(2)));');
  lock("1.0.0");
});

afterEach(() => rmSync(path.dirname(project), { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(path.join(project, name), text);
const read = (name: string): string => readFileSync(path.join(project, name), "utf8");

function lock(version: string, more: object = {}): void {
  const packages = { "": {}, "node_modules/a": { version }, "node_modules/tsx": {}, "node_modules/built": {}, ...more };
  write("package-lock.json", JSON.stringify({ packages }));
}

const wish = (text: string): void => write("wish", text);
const calls = (): readonly string[] =>
  existsSync(path.join(project, "calls")) ? read("calls").trim().split("\n") : [];
const installs = (): number => calls().filter((call) => call.startsWith("ci")).length;

const bootstrap = (...parameters: string[]) => node(["bootstrap.mjs", ...parameters]);

async function node(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, parameters, {
    cwd: project,
    env: { ...process.env, npm_execpath: path.join(project, "npm-cli.cjs"), ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

/** Creates what npm leaves behind after someone has run it by hand. */
function installedByHand(left: Readonly<Record<string, object>>): void {
  for (const name of Object.keys(left)) {
    mkdirSync(path.join(project, name), { recursive: true });
    write(`${name}/package.json`, "{}");
  }
  write("node_modules/.package-lock.json", JSON.stringify({ packages: left }));
}

describe("bootstrap", () => {
  it("installs once, and again only when the lock changed", async () => {
    expect(await bootstrap()).toMatchObject({ code: 0, output: expect.stringContaining("installed") });
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
    expect(installs()).toBe(1);
    lock("2.0.0");
    await bootstrap();
    expect(installs()).toBe(2);
  });

  it("takes a checkout with other line ends for the same lock", async () => {
    write("package-lock.json", `${read("package-lock.json")}\n`);
    await bootstrap();
    write("package-lock.json", read("package-lock.json").replaceAll("\n", "\r\n"));
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
  });

  it("runs no script but those of the packages that package.json allows, after the installation", async () => {
    await bootstrap();
    const [ci, ...others] = calls();
    expect(ci).toMatch(/^ci --ignore-scripts --include=dev --include=optional /);
    expect(others.filter((call) => !call.startsWith("config"))).toEqual([expect.stringMatching(/^rebuild built /)]);
  });

  it("says in one sentence that a script failed, and goes on", async () => {
    wish("rebuild fails");
    const { code, output } = await bootstrap("program.mjs");
    expect([code, output]).toEqual([0, expect.stringContaining("the value of a")]);
    expect(output).toMatch(/the install script of built failed \(getaddrinfo ENOTFOUND storage\.example\); /);
  });

  it("says in one sentence that scripts are switched off, and goes on", async () => {
    wish("ignore-scripts");
    const { code, output } = await bootstrap("program.mjs");
    expect([code, output]).toEqual([0, expect.stringContaining("ignore-scripts=true")]);
    expect(calls().some((call) => call.startsWith("rebuild"))).toBe(false);
  });

  it("never says that more is installed than there is", async () => {
    wish("slow");
    const { output } = await bootstrap();
    for (const [, done, total] of output.matchAll(/(\d+) of (\d+) packages/g)) {
      expect(Number(done)).toBeLessThanOrEqual(Number(total));
    }
  });

  it("heals an installation that was killed", async () => {
    wish("die");
    expect(await bootstrap()).toMatchObject({ code: 1, output: expect.stringContaining("Run the same command again") });
    wish("");
    expect(await bootstrap()).toMatchObject({
      code: 0,
      output: expect.stringContaining("interrupted; starting it over"),
    });
  });

  it("installs once for two terminals: the second waits", async () => {
    wish("slow");
    const both = await Promise.all([bootstrap(), bootstrap()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ output }) => output).join("")).toContain("another terminal");
    expect(installs()).toBe(1);
  });

  it("takes over from a terminal that is gone", async () => {
    mkdirSync(path.join(project, ".build"));
    write(".build/bootstrap.lock", "999999999");
    expect((await bootstrap()).code).toBe(0);
    expect(existsSync(path.join(project, ".build/bootstrap.lock"))).toBe(false);
  });

  it.each([
    ["ECONNREFUSED", "registry does not respond"],
    ["E401", "log in"],
    ["ENOSPC", "free 1 GB"],
    ["EUSAGE", "disagree"],
  ])("says what %s of npm means and what to do", async (code, remedy) => {
    wish(`npm error code ${code}\nnpm error the reason`);
    const { code: status, output } = await bootstrap();
    expect([status, output]).toEqual([1, expect.stringContaining(remedy)]);
    expect(output).toContain("the reason");
    expect(output).not.toMatch(/^ {4}at /m);
  });

  it("says to an old Node that it is too old, before anything else", async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.1"})';
    const { code, output } = await node(["--import", old, "bootstrap.mjs"]);
    expect([code, output]).toEqual([1, expect.stringMatching(/Node 18\.20\.1 is too old: this project needs 20\.19/)]);
    expect(calls()).toEqual([]);
  });
});

describe("what somebody installed by npm themselves", () => {
  const { platform, arch } = process;
  const all = { "node_modules/a": { version: "1.0.0" }, "node_modules/tsx": {}, "node_modules/built": {} };

  it("is left alone when it is complete", async () => {
    installedByHand(all);
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
    expect(calls()).toEqual([]);
  });

  it("is left alone without optional packages that are for another system, or whose script failed", async () => {
    lock("1.0.0", {
      "node_modules/other": { optional: true, os: [platform === "linux" ? "darwin" : "linux"], cpu: [arch] },
      "node_modules/script": { optional: true, hasInstallScript: true },
      "node_modules/of-script": { optional: true },
    });
    installedByHand(all);
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
  });

  it.each([
    ["an optional package for this system", { optional: true, os: [platform], cpu: [arch] }],
    ["an optional package for every system but others", { devOptional: true, os: ["!aix"] }],
    ["a development package", { dev: true }],
  ])("is installed again without %s", async (_what, entry) => {
    lock("1.0.0", { "node_modules/a": { version: "1.0.0" }, "node_modules/needed": entry });
    installedByHand(all);
    await bootstrap();
    expect(installs()).toBe(1);
  });

  it("is installed again when a folder is gone", async () => {
    installedByHand(all);
    rmSync(path.join(project, "node_modules/a"), { recursive: true });
    await bootstrap();
    expect(installs()).toBe(1);
  });
});

describe("a program", () => {
  it("gets its parameters as they are", async () => {
    const parameters = ["--json", "a b", "#1", "%20", "", "--"];
    const { code, output } = await bootstrap("program.mjs", ...parameters);
    expect(code).toBe(0);
    expect(output).toContain(`the value of a ${JSON.stringify(parameters)}`);
  });

  it("keeps its exit code, and its own errors are its own", async () => {
    write("program.mjs", "process.exitCode = 3;");
    expect((await bootstrap("program.mjs")).code).toBe(3);
    write("program.mjs", 'throw new Error("of the program");');
    expect(await bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("of the program"),
    });
    write("program.mjs", 'import "a-package-that-nobody-locked";');
    expect(await bootstrap("program.mjs")).toMatchObject({ code: 1, output: expect.stringContaining("nobody-locked") });
    expect(installs()).toBe(1);
  });

  it.each([
    ["a file is gone", () => rmSync(path.join(project, "node_modules/a/index.mjs"))],
    ["a file is empty", () => write("node_modules/a/index.mjs", "")],
    ["a file is cut off", () => write("node_modules/a/index.mjs", "export const value = 'the va")],
    ["a file is another one", () => write("node_modules/a/index.mjs", `export const valu = '${"x".repeat(99)}';`)],
    ["its package.json is broken", () => write("node_modules/a/package.json", "{")],
    ["its folder is gone", () => rmSync(path.join(project, "node_modules/a"), { recursive: true })],
  ])("runs after one reinstallation when a package cannot be loaded: %s", async (_what, damage) => {
    await bootstrap();
    damage();
    const { code, output } = await bootstrap("program.mjs", "parameter");
    expect([code, output]).toEqual([0, expect.stringContaining('the value of a ["parameter"]')]);
    expect(installs()).toBe(2);
  });

  it("that still cannot be loaded ends with one sentence, not with a third installation", async () => {
    wish("always broken");
    const { code, output } = await bootstrap("program.mjs");
    expect([code, output]).toEqual([1, expect.stringContaining("though it was installed again")]);
    expect(output).not.toMatch(/^ {4}at /m);
    expect(installs()).toBe(2);
  });

  it("that meets the broken package later says so, and the next run installs", async () => {
    write("program.mjs", 'await import("a").catch(() => process.exit(1)); console.log("healed");');
    await bootstrap();
    write("node_modules/a/index.mjs", "}");
    expect(await bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("run the same command again"),
    });
    expect(await bootstrap("program.mjs")).toMatchObject({ code: 0, output: expect.stringContaining("healed") });
  });

  it("that fails in a workspace is not a broken package: its sources are the project's", async () => {
    mkdirSync(path.join(project, "packages/own"), { recursive: true });
    write("packages/own/package.json", "{}");
    write("packages/own/index.mjs", "export const value = 1;");
    const link = { resolved: "packages/own", link: true };
    lock("1.0.0", { "node_modules/own": link, "packages/own": { version: "1.0.0" } });
    write("package.json", "{}");
    await bootstrap();
    symlinkSync(path.join(project, "packages/own"), path.join(project, "node_modules/own"), "junction");
    await bootstrap();
    write("packages/own/index.mjs", "export const value =");
    write("program.mjs", 'import "./packages/own/index.mjs";');
    expect(await bootstrap("program.mjs")).toMatchObject({ code: 1, output: expect.stringContaining("SyntaxError") });
  });

  it("of a package runs as its own process, and again after one reinstallation when a package is broken", async () => {
    const program = "node_modules/tsx/run.mjs";
    await bootstrap();
    write(program, 'console.log("ran", process.argv[2]); process.exitCode = 5;');
    expect(await bootstrap(program, "x")).toMatchObject({ code: 5, output: expect.stringContaining("ran x") });
    write("node_modules/a/index.mjs", "");
    expect((await bootstrap(program, "x")).output).toContain("installing once more");
    expect(installs()).toBe(2);
  });

  it.each([
    ["a folder #1 %20", 1],
    ["what?", 1],
    ["a b%20c", 1],
    ["50% of it", 1],
    ["a folder with spaces", 0],
  ])("of the test runner in a folder %j ends with %i", async (name, code) => {
    const program = "node_modules/vitest/vitest.mjs";
    await bootstrap();
    mkdirSync(path.join(project, "node_modules/vitest"));
    write(program, "");
    const moved = path.join(path.dirname(project), name);
    renameSync(project, moved);
    project = moved;
    const { output, ...ended } = await bootstrap(program);
    expect(ended.code).toBe(code);
    for (const part of ["The test runner cannot work in", '"#"', '"%"']) expect(output.includes(part)).toBe(code === 1);
  });
});
