import { execFileSync } from "node:child_process";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadAddon } from "../../../functions/inference/native/addon.ts";
import { preloadFile } from "../../../functions/inference/native/folder.ts";
import { graphRunner } from "../../../functions/inference/native/graph-runner.ts";
import { probeIntegers } from "../../../functions/inference/native/probe.ts";
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
  const run = (folder: string, options: string, output: string) =>
    graphRunner()?.runGraph(folder, Buffer.from(options), [], [], [], [output]);
  let folder: string;
  beforeAll(async () => {
    folder = path.join((await buildModel()).directory, "int8/probe");
  });

  test("gives the exact sums of the probe", async () => {
    const { verdict } = await probeIntegers({ directory: path.join(folder, "../..") });
    await expect(verdict).resolves.toBeUndefined();
  });

  test.each([
    ["cannot be opened", () => path.join(folder, "absent"), "", "output", /Could not find SavedModel/],
    ["lacks an operation", () => folder, "", "no-output", /no operation no-output/],
    ["gets invalid options", () => folder, "no options", "output", /Unparseable ConfigProto/],
  ] as const)("and %s is an error that says so", async (_what, of, options, output, message) => {
    await expect(run(of(), options, output)).rejects.toThrow(message);
  });

  test.each([
    ["too few parameters", []],
    ["inputs without shapes", ["/", new Uint8Array(), ["input"], [], [new Uint8Array(1)], []]],
    ["a number instead of bytes", ["/", 1, [], [], [], []]],
  ])("refuses %s", (_what, given) => {
    const { runGraph } = graphRunner() as unknown as { runGraph: (...all: readonly unknown[]) => unknown };
    expect(() => runGraph(...given)).toThrow(TypeError);
  });

  test("and whose shape does not fit its bytes is an error", async () => {
    const shape = BigInt64Array.of(2n, 5n, 5n, 3n);
    const running = graphRunner()?.runGraph(folder, new Uint8Array(), ["input0"], [shape], [new Uint8Array(7)], []);
    await expect(running).rejects.toThrow(/input0/);
  });
});
