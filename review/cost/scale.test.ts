import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { captureDeclared } from "#local-aws";
import { runCosts } from "../../contract/cost/cost.ts";
import { runSeconds } from "../../contract/cost/duration.ts";
import { dollars, totalOf } from "../../contract/cost/money.ts";
import { stackCost } from "./stack-cost.ts";

const root = path.resolve(import.meta.dirname, "../..");
const text = readFileSync(path.join(root, "docs/scale.md"), "utf8");

/** The settings in the second column of a row: `key` value, `key` value. */
const settingsOf = (cell: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...cell.matchAll(/`(\w+)` (\S+?)(?:,|$)/g)].map(([, key = "", value = ""]) => [key, value]));

it("documents the time and the cost that the models give for each size, with settings that the program accepts", async () => {
  const rows = [...text.matchAll(/^\| ([\d,]+) \| (.+?) \| (.+?) \| (.+?) \|$/gm)];
  expect(rows.map(([, images]) => images)).toEqual(["10,000", "100,000", "1,000,000", "1,000,000"]);
  for (const [, count = "", cell = "", time, cost] of rows) {
    const images = Number(count.replaceAll(",", ""));
    const settings = settingsOf(cell);
    const inputs = await stackCost(root, "dev", settings, captureDeclared);
    const seconds = runSeconds(images, inputs, Number(settings["distributedMapConcurrency"] ?? 6));
    expect([count, time, cost]).toEqual([
      count,
      `${Math.ceil(seconds / 60)} min`,
      dollars(totalOf(runCosts(images, inputs))),
    ]);
    expect(seconds, "workflowTimeout").toBeLessThan(Number(settings["workflowTimeout"] ?? 3_600));
    expect(images, "maxImages").toBeLessThanOrEqual(Number(settings["maxImages"] ?? 100_000));
  }
});
