import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadAddon } from "../../../functions/inference/native/addon.ts";
import { background } from "../../../functions/inference/native/background.ts";
import { preloadFile } from "../../../functions/inference/native/folder.ts";
import { buildModel } from "../../../model/build.ts";

/** TensorFlow's libraries alone are 250 MB at the peak of their initialisation if no page is released meanwhile. */
const mostMb = 210;

const { location } = loadAddon();
const preload = path.join(path.dirname(location.file), preloadFile);

test.each([
  ["by itself", [location.file]],
  ["after it was preloaded in a thread", [preload, location.file]],
])("the addon %s loads without the pages of its initialisation", async (_how, files) => {
  const program = `for (const file of process.argv.slice(1)) require(file);
    console.log(require("node:fs").readFileSync("/proc/self/status", "utf8").match(/VmHWM:\\s+(\\d+)/)[1])`;
  const printed = execFileSync(process.execPath, ["-e", program, ...files], { encoding: "utf8" });
  expect(Number(printed) / 1_024).toBeLessThan(mostMb);
});

test("a process that ends while the libraries are preloaded ends normally", () => {
  const program = `require(process.argv[1]); console.log("done")`;
  expect(execFileSync(process.execPath, ["-e", program, preload], { encoding: "utf8", timeout: 60_000 })).toBe(
    "done\n",
  );
});

describe("a graph that runs in another thread", () => {
  const run = (folder: string, output: string) =>
    background()?.runGraph(folder, new Uint8Array(), [], [], [], [output]);

  test("and cannot be opened is an error with TensorFlow's message", async () => {
    await expect(run(path.join(import.meta.dirname, "absent"), "output")).rejects.toThrow(/Could not find SavedModel/);
  });

  test("and lacks an operation is an error that names it", async () => {
    const { directory } = await buildModel();
    await expect(run(path.join(directory, "int8/probe"), "no-output")).rejects.toThrow(/no operation no-output/);
  });
});
