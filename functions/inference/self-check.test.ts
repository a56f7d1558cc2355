import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { buildModel } from "../../model/build.ts";
import { processorClass, runnableClasses } from "./processor.ts";

let directory: string;
beforeAll(async () => {
  ({ directory } = await buildModel({ progress: () => {} }));
}, 300_000);

/** Runs the program as the image build does, with the engine that needs no installation. */
const selfCheck = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    path.join(import.meta.dirname, "self-check.ts"),
    ...["--model", directory, "--engine", "webassembly"],
    ...parameters,
  ]);

describe("the self-check", () => {
  it("checks each class that the machine can act as, and names the others", async () => {
    const { stdout } = await selfCheck("--each-class");
    const expected = runnableClasses().map(({ name, limit }) =>
      limit === undefined
        ? `${name}: this machine is ${processorClass()} and cannot act as it; not checked.`
        : expect.stringMatching(new RegExp(`^${name}: LiteRT\\.js .* in int8 on ${name}: .* golden predictions\\.$`)),
    );
    expect(stdout.trim().split("\n")).toEqual(expected);
  }, 300_000);

  it.each([
    [["--precision", "int4"], 'There is no precision "int4": auto, int8, float32.'],
    [["--model", "absent"], "cannot be read"],
  ])(
    "%s fails with the reason",
    async (parameters, reason) => {
      await expect(selfCheck(...parameters)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(reason),
      });
    },
    300_000,
  );
});
