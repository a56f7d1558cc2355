import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { processorClass, runnableClasses } from "../../../functions/inference/processor.ts";
import { buildModel } from "../../../model/build.ts";
import { readCorpus } from "../support/photos.ts";

/**
 * Compares each supported engine, precision and processor class with Google's interpreter on the original file. A lower
 * class than the machine's own is simulated by limiting oneDNN. A higher class needs a different machine; the last test
 * lists such classes.
 */
const maxMeanDifference = 0.03;
/** Of the 63 photos, the reference itself classifies three incorrectly. */
const leastRight = 60;

const Row = z.object({
  choice: z.string(),
  processor: z.string(),
  photos: z.number(),
  disagreements: z.array(z.object({ file: z.string(), margin: z.number(), allowed: z.boolean() })),
  mean: z.number(),
  largest: z.number(),
  right: z.number(),
});

const classes = runnableClasses();
const rows = [
  ...classes.flatMap(({ name, limit }) => (limit ? [{ engine: "native", precision: "int8", name, limit }] : [])),
  { engine: "native", precision: "float32", name: processorClass(), limit: undefined },
  { engine: "webassembly", precision: "int8", name: processorClass(), limit: undefined },
  { engine: "webassembly", precision: "float32", name: processorClass(), limit: undefined },
];
const corpus = readCorpus();

beforeAll(async () => {
  await buildModel();
});

async function measured({ engine, precision, limit }: (typeof rows)[number]): Promise<z.infer<typeof Row>> {
  const program = path.join(import.meta.dirname, "row.ts");
  const env = limit === undefined ? process.env : { ...process.env, ONEDNN_MAX_CPU_ISA: limit };
  const parameters = ["--import", "tsx", program, engine, precision];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { env, maxBuffer: 1 << 24 });
  return Row.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

describe.each(rows)("$engine in $precision as $name", (row) => {
  test("gives the golden predictions, and agrees with the reference on the labelled photos", async ({ annotate }) => {
    const { choice, processor, photos, disagreements, mean, largest, right } = await measured(row);
    await annotate(choice);
    expect(processor).toBe(row.name);
    // Without the photos, only the golden predictions are compared. With REQUIRE_CORPUS=1 the lane fails earlier.
    expect(photos).toBe(corpus?.length ?? 0);
    const described = disagreements.map(({ file, margin }) => `${file} (margin ${margin.toFixed(3)})`).join(", ");
    await annotate(
      `${photos - disagreements.length} of ${photos} agree, mean difference ${mean.toFixed(4)}, largest ${largest.toFixed(3)}, ` +
        `${right} right by their labels; ${described === "" ? "no disagreement" : described}`,
    );
    expect(disagreements.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(mean).toBeLessThanOrEqual(maxMeanDifference);
    if (corpus) expect(right).toBeGreaterThanOrEqual(leastRight);
  });
});

test("the classes of this machine include its own, and those that it cannot act as are named", async ({ annotate }) => {
  const absent = classes.filter(({ limit }) => limit === undefined).map(({ name }) => name);
  await annotate(absent.length === 0 ? "every class was measured" : `not on this machine: ${absent.join(", ")}`);
  expect(rows.map(({ name }) => name)).toContain(processorClass());
});
