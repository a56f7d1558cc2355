import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bootstrapProject } from "./support/bootstrap-project.ts";

const project = bootstrapProject();

describe("a program", () => {
  it("gets its parameters as they are", async () => {
    const parameters = ["--json", "a b", "#1", "%20", "", "--"];
    const { code, output } = await project.bootstrap("program.mjs", ...parameters);
    expect(code).toBe(0);
    expect(output).toContain(`the value of a ${JSON.stringify(parameters)}`);
  });

  it("keeps its exit code, and its own errors are its own", async () => {
    project.write("program.mjs", "process.exitCode = 3;");
    expect((await project.bootstrap("program.mjs")).code).toBe(3);
    project.write("program.mjs", 'throw new Error("of the program");');
    expect(await project.bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("of the program"),
    });
    project.write("program.mjs", 'import "a-package-that-nobody-locked";');
    expect(await project.bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("nobody-locked"),
    });
    expect(project.installs).toBe(1);
  });

  it.each([
    ["a file is gone", () => rmSync(project.path("node_modules/a/index.mjs"))],
    ["a file is empty", () => project.write("node_modules/a/index.mjs", "")],
    ["a file is cut off", () => project.write("node_modules/a/index.mjs", "export const value = 'the va")],
    [
      "a file is another one",
      () => project.write("node_modules/a/index.mjs", `export const valu = '${"x".repeat(99)}';`),
    ],
    ["its package.json is broken", () => project.write("node_modules/a/package.json", "{")],
    ["its folder is gone", () => rmSync(project.path("node_modules/a"), { recursive: true })],
  ])("runs after one reinstallation when a package cannot be loaded: %s", async (_what, damage) => {
    await project.bootstrap();
    damage();
    const { code, output } = await project.bootstrap("program.mjs", "parameter");
    expect([code, output]).toEqual([0, expect.stringContaining('the value of a ["parameter"]')]);
    expect(project.installs).toBe(2);
  });

  it("that still cannot be loaded ends with one sentence, not with a third installation", async () => {
    project.wish("always broken");
    const { code, output } = await project.bootstrap("program.mjs");
    expect([code, output]).toEqual([1, expect.stringContaining("though it was installed again")]);
    expect(output).not.toMatch(/^ {4}at /m);
    expect(project.installs).toBe(2);
  });

  it("that meets the broken package later says so, and the next run installs", async () => {
    project.write("program.mjs", 'await import("a").catch(() => process.exit(1)); console.log("healed");');
    await project.bootstrap();
    project.write("node_modules/a/index.mjs", "}");
    expect(await project.bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("run the same command again"),
    });
    expect(await project.bootstrap("program.mjs")).toMatchObject({
      code: 0,
      output: expect.stringContaining("healed"),
    });
  });

  it("that fails in a workspace is not a broken package: its sources are the project's", async () => {
    mkdirSync(project.path("packages/own"), { recursive: true });
    project.write("packages/own/package.json", "{}");
    project.write("packages/own/index.mjs", "export const value = 1;");
    const link = { resolved: "packages/own", link: true };
    project.lock("1.0.0", { "node_modules/own": link, "packages/own": { version: "1.0.0" } });
    project.write("package.json", "{}");
    await project.bootstrap();
    symlinkSync(project.path("packages/own"), project.path("node_modules/own"), "junction");
    await project.bootstrap();
    project.write("packages/own/index.mjs", "export const value =");
    project.write("program.mjs", 'import "./packages/own/index.mjs";');
    expect(await project.bootstrap("program.mjs")).toMatchObject({
      code: 1,
      output: expect.stringContaining("SyntaxError"),
    });
  });

  it("of a package runs as its own process, and again after one reinstallation when a package is broken", async () => {
    const program = "node_modules/tsx/run.mjs";
    await project.bootstrap();
    project.write(program, 'console.log("ran", process.argv[2]); process.exitCode = 5;');
    expect(await project.bootstrap(program, "x")).toMatchObject({ code: 5, output: expect.stringContaining("ran x") });
    project.write("node_modules/a/index.mjs", "");
    expect((await project.bootstrap(program, "x")).output).toContain("installing once more");
    expect(project.installs).toBe(2);
  });

  it.each([
    ["a folder #1 %20", 1],
    ["what?", 1],
    ["a b%20c", 1],
    ["50% of it", 1],
    ["a folder with spaces", 0],
  ])("of the test runner in a folder %j ends with %i", async (name, code) => {
    const program = "node_modules/vitest/vitest.mjs";
    await project.bootstrap();
    mkdirSync(project.path("node_modules/vitest"));
    project.write(program, "");
    project.rename(name);
    const { output, ...ended } = await project.bootstrap(program);
    expect(ended.code).toBe(code);
    for (const part of ["The test runner cannot work in", '"#"', '"%"']) expect(output.includes(part)).toBe(code === 1);
  });
});
