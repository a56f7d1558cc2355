import { expect, test } from "vitest";
import { imageErrorCodes } from "../../../contract/errors.ts";
import { seeded } from "../../support/seeded.ts";
import { opened } from "../support/opened.ts";
import { Decoder } from "./decoder.ts";
import { mutate } from "./mutate.ts";
import { originals } from "./originals.ts";

/** Number of seeded mutations of small pictures. MUTATIONS=<count> and SEED=<number> override the defaults. */
const count = Number(process.env["MUTATIONS"] ?? 10_000);
const seed = Number(process.env["SEED"] ?? 1);

const ran = opened(decodeMutations);

test(`${count} mutations (seed ${seed}) decode or fail by type`, () => {
  expect(ran().bad).toEqual([]);
});

test("each takes less than five seconds of processor time", async ({ annotate }) => {
  await annotate(`the slowest took ${ran().slowest.toFixed(0)} ms`);
  expect(ran().slowest).toBeLessThan(5_000);
});

test("memory does not grow with them", async ({ annotate }) => {
  const { settled, rss } = ran();
  await annotate(`${settled.toFixed(0)} to ${rss.toFixed(0)} MB`);
  expect(rss - settled).toBeLessThan(100);
});

test("some decode and some fail", async ({ annotate }) => {
  const { tally } = ran();
  await annotate(JSON.stringify(tally));
  expect(tally["decoded"] ?? 0).toBeGreaterThan(0);
  expect(tally["CorruptImage"] ?? 0).toBeGreaterThan(0);
});

async function decodeMutations() {
  const decoder = await Decoder.open();
  const random = seeded(seed);
  const pictures = await originals();
  const tally: Record<string, number> = {};
  const bad: string[] = [];
  let settled = 0;
  let rss = 0;
  let slowest = 0;
  for (let number = 0; number < count; number++) {
    const picture = pictures[number % pictures.length];
    if (!picture) break;
    const answer = await decoder.decode(mutate(picture, random));
    tally[answer.outcome] = (tally[answer.outcome] ?? 0) + 1;
    if (!isAllowed(answer.outcome)) bad.push(`mutation ${number}: ${answer.outcome}`);
    slowest = Math.max(slowest, answer.processorMs);
    rss = answer.rssMb;
    // After the first tenth, the allocator and the decoders' tables have reached their final size.
    if (number === Math.floor(count / 10)) settled = rss;
  }
  await decoder.close();
  return { tally, bad, settled, rss, slowest };
}

function isAllowed(outcome: string): boolean {
  return outcome === "decoded" || (imageErrorCodes as readonly string[]).includes(outcome);
}
