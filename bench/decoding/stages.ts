/**
 * Measures the processor time of each stage from bytes to pixels, in one process, with the code that ships.
 * usage: stages PHOTO ROUNDS; prints one line of JSON: the least milliseconds per photo of each stage.
 */
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { apiLimits } from "../../contract/limits.ts";
import { decode } from "../../functions/classify/decode/decode.ts";
import { formatOf } from "../../functions/classify/decode/format.ts";
import { prepareJpeg } from "../../functions/classify/decode/jpeg.ts";

const [photo = "", rounds = "1"] = process.argv.slice(2);
const rules = { maxPixels: apiLimits.maxImagePixels, inputSize: 299 };
const bytes = readFileSync(photo);
const { width, height } = await sharp(bytes).metadata();

/** The picture as libjpeg leaves it: the nearest pixel costs nothing. */
const nearest = (fastShrinkOnLoad: boolean) =>
  sharp(bytes, { sequentialRead: true })
    .resize(rules.inputSize, rules.inputSize, { fit: "fill", kernel: "nearest", fastShrinkOnLoad })
    .raw()
    .toBuffer();

const calls = {
  headers: async () => {
    formatOf(bytes);
    prepareJpeg(bytes, rules);
  },
  metadata: () => sharp(bytes).metadata(),
  jpeg: () => nearest(true),
  whole: () => decode(bytes, rules),
  full: () => sharp(bytes, { sequentialRead: true }).raw().toBuffer(),
};

const least: Record<string, number> = {};
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [name, call] of Object.entries(calls)) {
    const ms = await processorMs(call);
    // The first round prepares the process.
    if (round > 0) least[name] = Math.min(ms, least[name] ?? Number.POSITIVE_INFINITY);
  }
}
console.log(JSON.stringify({ width, height, bytes: bytes.length, least }));

/** Per call, of several calls, because the kernel counts in steps. */
async function processorMs(call: () => Promise<unknown>): Promise<number> {
  const calls = 4;
  const before = process.cpuUsage();
  for (let each = 0; each < calls; each += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / calls;
}
