import { expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { Decoder } from "./decoder.ts";
import { madeFiles } from "./made/files.ts";

/** Limits per image (docs/inference.md): processor time and memory, each including the tolerance of the checks. */
const bounds = { processorMs: 5_500, memoryMb: 640 * 1.048576 };
const worst = { processorMs: 0, processorOf: "", peakMb: 0, peakOf: "" };
const decoder = opened(
  () => Decoder.open(),
  (each) => each.close(),
);
const idle = opened(async () => (await decoder().decode(Buffer.alloc(0))).rssMb);

test.for(madeFiles)("$name: $expected", async ({ name, expected, make }, { annotate }) => {
  const { outcome, processorMs, peakMb } = await decoder().decode(await make());
  await annotate(`${outcome}, ${(processorMs / 1_000).toFixed(2)} s of processor time, peak ${peakMb.toFixed(0)} MB`);
  if (processorMs > worst.processorMs) Object.assign(worst, { processorMs, processorOf: name });
  if (peakMb > worst.peakMb) Object.assign(worst, { peakMb, peakOf: name });
  expect(outcome).toBe(expected);
  expect(processorMs).toBeLessThan(bounds.processorMs);
  expect(peakMb - idle()).toBeLessThan(bounds.memoryMb);
});

test("there are sixty and more, and the worst of them are known", async ({ annotate }) => {
  await annotate(`most processor time: ${(worst.processorMs / 1_000).toFixed(2)} s (${worst.processorOf})`);
  await annotate(`most memory: ${worst.peakMb.toFixed(0)} MB (${worst.peakOf})`);
  expect(madeFiles.length).toBeGreaterThanOrEqual(60);
});
