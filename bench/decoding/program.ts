/**
 * Measures how decoding and inference share the processor, with the code that ships.
 * usage: program MODEL_FOLDER PHOTO BATCH RUNS; prints one line of JSON.
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { apiLimits } from "../../contract/limits.ts";
import { classifyBatch } from "../../functions/classify/batch.ts";
import { DecoderPool } from "../../functions/classify/decoder/pool.ts";
import { openClassifier } from "../../functions/inference/classifier.ts";
import { type ThreadTime, threadTimeOf } from "./thread-time.ts";

const [directory = "", photo = "", batch = "1", runs = "1"] = process.argv.slice(2);
const decoders = 2;
const module = fileURLToPath(new URL("./decoder.mjs", import.meta.url));
const pool = new DecoderPool({ module, size: decoders });
const classifier = await openClassifier({ directory, engine: "native" });
await pool.ready;
const rules = { maxPixels: apiLimits.maxImagePixels, inputSize: classifier.inputSize };
const photos = Array.from({ length: Number(batch) }, () => readFileSync(photo));
const { pixels } = await pool.decode(readFileSync(photo), rules);
const together = Buffer.concat(photos.map(() => pixels));

/** How many images the calls of the classifier had, in the order of the calls. */
let inferred: number[] = [];

const works = {
  decode: () => Promise.all(photos.map((bytes) => pool.decode(bytes, rules))),
  infer: () => classifier.classify(together, photos.length, 5),
  both: () =>
    classifyBatch(
      {
        BatchInput: { executionId: "bench", topK: 5 },
        Items: photos.map((_, index) => ({ index, image: String(index), duplicates: [] })),
      },
      {
        decoders,
        decoding: () => pool.decoding,
        prepare: (index, { signal }) => pool.decode(photos[Number(index)] ?? Buffer.alloc(0), { ...rules, signal }),
        classifier: {
          classify: (input, count, top) => {
            inferred.push(count);
            return classifier.classify(input, count, top);
          },
        },
        remaining: () => 60_000,
      },
    ),
};

const samples: object[] = [];
for (const [work, call] of Object.entries(works)) {
  // The engine prepares itself for each new number of images.
  for (let warming = 0; warming < 3; warming += 1) await call();
  for (let run = 0; run < Number(runs); run += 1) samples.push({ work, ...(await sampleOf(call)) });
}
console.log(JSON.stringify({ samples }));
await pool.close();
process.exit(0);

async function sampleOf(call: () => Promise<unknown>) {
  inferred = [];
  const before = times();
  const began = performance.now();
  await call();
  const wallMs = performance.now() - began;
  const after = times();
  return {
    wallMs,
    inferred: [...inferred],
    function: between(before.own, after.own),
    decoders: between(before.theirs, after.theirs),
  };
}

function times(): { readonly own: ThreadTime; readonly theirs: ThreadTime } {
  const theirs = pool.pids
    .map(threadTimeOf)
    .reduce((sum, { ranMs, waitedMs }) => ({ ranMs: sum.ranMs + ranMs, waitedMs: sum.waitedMs + waitedMs }), {
      ranMs: 0,
      waitedMs: 0,
    });
  return { own: threadTimeOf(process.pid), theirs };
}

function between(before: ThreadTime, after: ThreadTime): ThreadTime {
  return { ranMs: after.ranMs - before.ranMs, waitedMs: after.waitedMs - before.waitedMs };
}
