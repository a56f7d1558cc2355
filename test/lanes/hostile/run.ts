/** Hostile pictures: files that broke decoders, and ten thousand seeded mutations. `--mutations N`, `--seed N`. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { imageErrorCodes } from "../../../contract/errors.ts";
import { Verdict } from "../support/verdict.ts";
import { Decoder } from "./decoder.ts";
import { mutate, seeded } from "./mutate.ts";
import { originals } from "./originals.ts";
import { outcomes } from "./outcomes.ts";
import { judgeThroughService } from "./service.ts";

const { values } = parseArgs({
  options: { mutations: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const verdict = new Verdict();
const growthLimitMb = 300;
const folder = path.resolve(import.meta.dirname, "../../../../shared/hostile");

await judgeFiles();
await judgeMutations(Number(values.mutations), Number(values.seed));
verdict.close();

/** Each file has the outcome that was written down for it, and none needs much more memory than an ordinary photo. */
async function judgeFiles(): Promise<void> {
  if (!existsSync(folder)) {
    if (process.env["REQUIRE_CORPUS"] === "1") verdict.claim("the hostile files are beside the checkout", false);
    else console.log("hostile files: absent on this machine; mutations of small pictures stand in for them");
    return;
  }
  const decoder = new Decoder();
  const read = (file: string) => readFileSync(path.join(folder, file));
  const ordinary = await decoder.decode(read("exif-landscape-1__exif-orientation-examples.jpg"));
  for (const [file, expected] of Object.entries(outcomes)) {
    const { outcome, peakMb, milliseconds } = await decoder.decode(read(file));
    const growth = peakMb - ordinary.peakMb;
    const holds = outcome === expected && growth < growthLimitMb;
    verdict.claim(
      file,
      holds,
      `${outcome}, ${milliseconds.toFixed(0)} ms, ${growth.toFixed(0)} MB above an ordinary photo`,
    );
  }
  decoder.close();
  await judgeThroughService(folder, verdict);
}

/** No crash, no hang, no untyped error, no growth. */
async function judgeMutations(count: number, seed: number): Promise<void> {
  const decoder = new Decoder();
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
    slowest = Math.max(slowest, answer.milliseconds);
    rss = answer.rssMb;
    // The allocator and the decoders' tables have their size after the first tenth.
    if (number === Math.floor(count / 10)) settled = rss;
  }
  decoder.close();
  console.log(JSON.stringify(tally));
  verdict.claim(
    `${count} mutations (seed ${seed}) decode or fail by type`,
    bad.length === 0,
    bad.slice(0, 5).join("; "),
  );
  verdict.claim("none takes five seconds", slowest < 5_000, `the slowest took ${slowest.toFixed(0)} ms`);
  verdict.claim("memory does not grow with them", rss - settled < 100, `${settled.toFixed(0)} to ${rss.toFixed(0)} MB`);
  verdict.claim("some decode and some fail", (tally["decoded"] ?? 0) > 0 && (tally["CorruptImage"] ?? 0) > 0);
}

function isAllowed(outcome: string): boolean {
  return outcome === "decoded" || (imageErrorCodes as readonly string[]).includes(outcome);
}
