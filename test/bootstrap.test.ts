import { existsSync, mkdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bootstrapProject } from "./support/bootstrap-project.ts";

const project = bootstrapProject();

describe("bootstrap", () => {
  it("installs once, and again only when the lock changed", async () => {
    expect(await project.bootstrap()).toMatchObject({ code: 0, output: expect.stringContaining("installed") });
    expect(await project.bootstrap()).toEqual({ code: 0, output: "" });
    expect(project.installs).toBe(1);
    project.lock("2.0.0");
    await project.bootstrap();
    expect(project.installs).toBe(2);
  });

  it("takes a checkout with other line ends for the same lock", async () => {
    project.write("package-lock.json", `${project.read("package-lock.json")}\n`);
    await project.bootstrap();
    project.write("package-lock.json", project.read("package-lock.json").replaceAll("\n", "\r\n"));
    expect(await project.bootstrap()).toEqual({ code: 0, output: "" });
  });

  it("runs no script but those of the packages that package.json allows, after the installation", async () => {
    await project.bootstrap();
    const [ci, ...others] = project.calls;
    expect(ci).toMatch(/^ci --ignore-scripts --include=dev --include=optional /);
    expect(others.filter((call) => !call.startsWith("config"))).toEqual([expect.stringMatching(/^rebuild built /)]);
  });

  it("says in one sentence that a script failed, and goes on", async () => {
    project.wish("rebuild fails");
    const { code, output } = await project.bootstrap("program.mjs");
    expect([code, output]).toEqual([0, expect.stringContaining("the value of a")]);
    expect(output).toMatch(/the install script of built failed \(getaddrinfo ENOTFOUND storage\.example\); /);
  });

  it("says in one sentence that scripts are switched off, and goes on", async () => {
    project.wish("ignore-scripts");
    const { code, output } = await project.bootstrap("program.mjs");
    expect([code, output]).toEqual([0, expect.stringContaining("ignore-scripts=true")]);
    expect(project.calls.some((call) => call.startsWith("rebuild"))).toBe(false);
  });

  it("never says that more is installed than there is", async () => {
    project.wish("slow");
    const { output } = await project.bootstrap();
    for (const [, done, total] of output.matchAll(/(\d+) of (\d+) packages/g)) {
      expect(Number(done)).toBeLessThanOrEqual(Number(total));
    }
  });

  it("heals an installation that was killed", async () => {
    project.wish("die");
    expect(await project.bootstrap()).toMatchObject({
      code: 1,
      output: expect.stringContaining("Run the same command again"),
    });
    project.wish("");
    expect(await project.bootstrap()).toMatchObject({
      code: 0,
      output: expect.stringContaining("interrupted; starting it over"),
    });
  });

  it("installs once for two terminals: the second waits", async () => {
    project.write("held", "");
    const release = (output: string): void => {
      if (output.includes("another terminal")) rmSync(project.path("held"), { force: true });
    };
    const both = await Promise.all([1, 2].map(() => project.node(["bootstrap.mjs"], release)));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ output }) => output).join("")).toContain("another terminal");
    expect(project.installs).toBe(1);
  });

  it("takes over from a terminal that is gone", async () => {
    mkdirSync(project.path(".build"));
    project.write(".build/bootstrap.lock", "999999999");
    expect((await project.bootstrap()).code).toBe(0);
    expect(existsSync(project.path(".build/bootstrap.lock"))).toBe(false);
  });

  it.each([
    ["ECONNREFUSED", "registry does not respond"],
    ["E401", "log in"],
    ["ENOSPC", "free 1 GB"],
    ["EUSAGE", "disagree"],
  ])("says what %s of npm means and what to do", async (code, remedy) => {
    project.wish(`npm error code ${code}\nnpm error the reason`);
    const { code: status, output } = await project.bootstrap();
    expect([status, output]).toEqual([1, expect.stringContaining(remedy)]);
    expect(output).toContain("the reason");
    expect(output).not.toMatch(/^ {4}at /m);
  });

  it("says to an old Node that it is too old, before anything else", async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.1"})';
    const { code, output } = await project.node(["--import", old, "bootstrap.mjs"]);
    expect([code, output]).toEqual([1, expect.stringMatching(/Node 18\.20\.1 is too old: this project needs 20\.19/)]);
    expect(project.calls).toEqual([]);
  });
});

describe("what somebody installed by npm themselves", () => {
  const { platform, arch } = process;
  const all = { "node_modules/a": { version: "1.0.0" }, "node_modules/tsx": {}, "node_modules/built": {} };

  it("is left alone when it is complete", async () => {
    project.installByHand(all);
    expect(await project.bootstrap()).toEqual({ code: 0, output: "" });
    expect(project.calls).toEqual([]);
  });

  it("is left alone without optional packages that are for another system, or whose script failed", async () => {
    project.lock("1.0.0", {
      "node_modules/other": { optional: true, os: [platform === "linux" ? "darwin" : "linux"], cpu: [arch] },
      "node_modules/script": { optional: true, hasInstallScript: true },
      "node_modules/of-script": { optional: true },
    });
    project.installByHand(all);
    expect(await project.bootstrap()).toEqual({ code: 0, output: "" });
  });

  it.each([
    ["an optional package for this system", { optional: true, os: [platform], cpu: [arch] }],
    ["an optional package for every system but others", { devOptional: true, os: ["!aix"] }],
    ["a development package", { dev: true }],
  ])("is installed again without %s", async (_what, entry) => {
    project.lock("1.0.0", { "node_modules/a": { version: "1.0.0" }, "node_modules/needed": entry });
    project.installByHand(all);
    await project.bootstrap();
    expect(project.installs).toBe(1);
  });

  it("is installed again when a folder is gone", async () => {
    project.installByHand(all);
    rmSync(project.path("node_modules/a"), { recursive: true });
    await project.bootstrap();
    expect(project.installs).toBe(1);
  });
});
