/**
 * The decoder, a process of its own: decodes what its parent sends, one image at a time, and ends with its parent. The
 * work runs in a thread of libuv's pool, so that this thread sees a bound that is passed, or a parent that is gone,
 * whatever an image does.
 */
import { Socket } from "node:net";
import { mib } from "../../../contract/limits.ts";
import { type Frame, FrameReader, frameParts } from "../decoder/frames.ts";
import { type Bound, channelDescriptor, type Job, jobLimits, type Reply } from "../decoder/protocol.ts";
import { ImageError } from "../image-error.ts";
import { decode } from "./decode.ts";

/** What an allocator may keep of images that are done: the next image has so much less. */
const mostKeptBytes = 128 * mib;
/** Often enough that no image takes much more than it may: 10 ms of a decoder are 30 MB at most. */
const watchMs = 10;

const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
const reader = new FrameReader(jobLimits);
const waiting: Frame[] = [];
let busy = false;

// Not process.exit(), which waits for threads: one that decodes may never come back.
const end = (): void => {
  process.kill(process.pid, "SIGKILL");
};
channel.on("end", end).on("close", end).on("error", end);
channel.on("data", (chunk: Buffer) => {
  waiting.push(...reader.push(chunk));
  void work();
});

/** Memory is counted from here: Node, the libraries and this program. */
const idleBytes = process.memoryUsage.rss();
send({ kind: "ready" });

function send(reply: Reply, pixels?: Uint8Array): void {
  for (const part of frameParts(reply, pixels)) channel.write(part);
}

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
    await decodeFrame(frame);
    if (process.memoryUsage.rss() - idleBytes > mostKeptBytes) {
      // It stays busy until its parent ends it.
      send({ kind: "retired" });
      return;
    }
  }
  busy = false;
}

async function decodeFrame({ header, body }: Frame): Promise<void> {
  const job = header as Job;
  const stop = watch(job);
  try {
    const { width, height, pixels } = await decode(body, job);
    send({ kind: "decoded", id: job.id, width, height }, pixels);
  } catch (error) {
    // Anything else is a fault of this program: its parent sees a decoder that died.
    if (!(error instanceof ImageError)) throw error;
    send({ kind: "failed", id: job.id, code: error.code, message: error.message });
  } finally {
    stop();
  }
}

/** Ends this process when the image takes more than it may; the parent is told which bound it was. */
function watch({ processorMs, memoryBytes }: Job): () => void {
  const before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 > processorMs) exceed("processor");
    else if (process.memoryUsage.rss() - idleBytes > memoryBytes) exceed("memory");
  }, watchMs);
  return () => clearInterval(timer);
}

function exceed(bound: Bound): void {
  channel.write(Buffer.concat(frameParts({ kind: "exceeded", bound } satisfies Reply)), end);
}
