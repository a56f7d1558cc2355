// onnxruntime-node as a team would run it: sharp decodes and resizes, the session classifies.
// usage: onnx.mjs RUNTIME_FOLDER MODEL MODEL_FOLDER PHOTO RUNS BATCH; prints the same lines as python_tensorflow.py.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import sharp from "sharp";

const [runtime, model, folder, photo, runs, batch] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(`${runtime}/package.json`)("onnxruntime-node");
const labels = JSON.parse(readFileSync(`${folder}/labels.json`, "utf8"));
const { scale, offset } = JSON.parse(readFileSync(`${folder}/classifier.json`, "utf8"));
const session = await InferenceSession.create(model);

async function prepare(count) {
  const pixels = new Float32Array(count * 299 * 299 * 3);
  for (let at = 0; at < count; at += 1) {
    const image = sharp(readFileSync(photo)).rotate().removeAlpha().resize(299, 299, { fit: "fill" });
    const bytes = await image.raw().toBuffer();
    for (let i = 0; i < bytes.length; i += 1) pixels[at * bytes.length + i] = bytes[i] * scale + offset;
  }
  return new Tensor("float32", pixels, [count, 299, 299, 3]);
}

async function infer(images) {
  const answer = await session.run({ [session.inputNames[0]]: images });
  return answer[session.outputNames[0]].data;
}

const run = async (count) => infer(await prepare(count));

const first = await run(1);
let best = 0;
for (let i = 1; i < labels.length; i += 1) if (first[i] > first[best]) best = i;
console.log(JSON.stringify({ label: labels[best], ms: sinceStart() }));
console.log(JSON.stringify({ warm: await timed(() => run(Number(batch))) }));
const ready = await prepare(1);
console.log(JSON.stringify({ infer: await timed(() => infer(ready)) }));
// `process.resourceUsage().maxRSS` would include the process that started this one.
const [, peakKb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
console.log(JSON.stringify({ peakMb: Number(peakKb) / 1024 }));

/** Milliseconds since this process was started, which is the origin of `performance.now()`. */
function sinceStart() {
  return performance.now();
}

async function timed(call) {
  const taken = [];
  for (let attempt = 0; attempt <= Number(runs); attempt += 1) {
    const began = performance.now();
    await call();
    if (attempt > 0) taken.push(performance.now() - began);
  }
  return taken;
}
