import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** Stands in for npm: notes each call, then does what the test wants: install, take its time, fail, be killed. */
const npm = `
const fs = require("node:fs");
fs.appendFileSync("calls", process.argv[2] + "\\n");
const wish = fs.existsSync("wish") ? fs.readFileSync("wish", "utf8") : "";
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules");
if (wish.startsWith("npm error")) { console.error(wish); process.exit(1); }
if (wish === "die") process.kill(process.pid, "SIGKILL");
setTimeout(() => fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json"), wish === "slow" ? 600 : 0);
`;

let project: string;

beforeEach(() => {
  project = mkdtempSync(path.join(os.tmpdir(), "bootstrap-"));
  cpSync(path.resolve(import.meta.dirname, "../bootstrap.mjs"), path.join(project, "bootstrap.mjs"));
  writeFileSync(path.join(project, "npm-cli.cjs"), npm);
  lock("1.0.0");
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function lock(version: string): void {
  const packages = { "": {}, "node_modules/a": { version } };
  writeFileSync(path.join(project, "package-lock.json"), JSON.stringify({ packages }));
}

const wish = (text: string): void => writeFileSync(path.join(project, "wish"), text);
const calls = (): number =>
  existsSync(path.join(project, "calls"))
    ? readFileSync(path.join(project, "calls"), "utf8").trim().split("\n").length
    : 0;

async function bootstrap(...nodeOptions: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [...nodeOptions, "bootstrap.mjs"], {
    cwd: project,
    env: { ...process.env, npm_execpath: path.join(project, "npm-cli.cjs") },
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

describe("bootstrap", () => {
  it("installs once, and again only when the lock changed", async () => {
    expect(await bootstrap()).toMatchObject({ code: 0, output: expect.stringContaining("installed") });
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
    expect(calls()).toBe(1);
    lock("2.0.0");
    await bootstrap();
    expect([calls(), readFileSync(path.join(project, "calls"), "utf8")]).toEqual([2, "ci\nci\n"]);
  });

  it("leaves alone what somebody installed by npm themselves", async () => {
    mkdirSync(path.join(project, "node_modules"));
    cpSync(path.join(project, "package-lock.json"), path.join(project, "node_modules/.package-lock.json"));
    const record = JSON.parse(readFileSync(path.join(project, "package-lock.json"), "utf8")) as { packages: object };
    const { "": _root, ...packages } = record.packages as Record<string, object>;
    writeFileSync(path.join(project, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
    expect(await bootstrap()).toEqual({ code: 0, output: "" });
    expect(calls()).toBe(0);
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
    expect(calls()).toBe(1);
  });

  it("takes over from a terminal that is gone", async () => {
    mkdirSync(path.join(project, ".build"));
    writeFileSync(path.join(project, ".build/bootstrap.lock"), "999999999");
    expect((await bootstrap()).code).toBe(0);
    expect(existsSync(path.join(project, ".build/bootstrap.lock"))).toBe(false);
  });

  it.each([
    ["ECONNREFUSED", "registry does not answer"],
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

  it("tells an old Node that it is too old, before anything else", async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.1"})';
    const { code, output } = await bootstrap("--import", old);
    expect([code, output]).toEqual([1, expect.stringMatching(/Node 18\.20\.1 is too old: this project needs 20\.19/)]);
    expect(calls()).toBe(0);
  });
});
