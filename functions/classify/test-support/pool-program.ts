/**
 * A program that awaits a pool at its top level, as a function's module and the bench do: Node ends it with code 13 when nothing
 * keeps it running until that settles. usage: pool-program DECODER_MODULE PROCESSOR_MS WALL_MS; prints its decoder's process, then
 * the outcome of each file that a line of its input names, then what it waits for at its end.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { DecoderPool } from "../decoder/pool.ts";

const pipes = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "PipeWrap").length;

const [, , module = "", processorMs, wallMs] = process.argv;
const bounds = { processorMs: Number(processorMs), wallMs: Number(wallMs) };
const pool = new DecoderPool({ module, size: 1 });
await pool.ready;
console.log(pool.pids.join());
for await (const file of createInterface({ input: process.stdin })) {
  const work = pool.decode(readFileSync(file), { maxPixels: 100_000_000, inputSize: 1, bounds });
  console.log(
    await work.then(
      () => "decoded",
      (error: { code?: string }) => error.code,
    ),
  );
}
const idle = pipes();
const closed = pool.close();
// The process and its two pipes end in any order, and each must keep this program running.
console.log(`holds ${pipes() - idle} pipes`);
await closed;
console.log("closed");
