/**
 * The decoder process: decodes the images that its parent sends, one at a time, and ends with its parent. The
 * work runs in a thread of libuv's pool, so that this thread can always detect an exceeded limit or a missing
 * parent.
 */
import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import sharp from "sharp";
import { kib, mib } from "../../../contract/limits.ts";
import { type Frame, FrameReader, frameParts } from "../decoder/frames.ts";
import { type Bound, channelDescriptor, type Job, jobLimits, type Reply } from "../decoder/protocol.ts";
import { ImageError } from "../image-error.ts";
import { decode } from "./decode.ts";

/** Memory that an allocator may keep after an image; it reduces what the next image may use. */
const mostKeptBytes = 128 * mib;
/** Frequent enough that no image exceeds its limit by much: in 10 ms a decoder allocates at most 30 MB. */
const watchMs = 10;

/** As much as one read returns: Linux keeps 208 KiB for a channel. */
const readBytes = 256 * kib;

const reader = new FrameReader(jobLimits);
const waiting: Frame[] = [];
let busy = false;

// Not process.exit(), which waits for threads: a decoding thread may never return.
const end = (): void => {
  process.kill(process.pid, "SIGKILL");
};
await decodeFirst();

/** Baseline for an image's memory: Node, the libraries and this program. */
const idleBytes = process.memoryUsage.rss();
/** It reads into one buffer: a new one for each 64 KiB, as by default, is slower. */
const options: SocketConstructorOpts & ConnectOpts = {
  fd: channelDescriptor,
  readable: true,
  writable: true,
  onread: { buffer: Buffer.alloc(readBytes), callback: receive },
};
const channel = new Socket(options);
channel.on("end", end).on("close", end).on("error", end);
send({ kind: "ready" });

/** Decodes a small picture while the parent still opens its engine: the first decoding takes twice as long as the others. */
async function decodeFirst(): Promise<void> {
  const [side, inputSize] = [64, 32];
  const create = { width: side, height: side, channels: 3, background: "gray" } as const;
  await decode(await sharp({ create }).jpeg().toBuffer(), { maxPixels: side * side, inputSize });
}

function receive(length: number, buffer: Uint8Array): boolean {
  waiting.push(...reader.push(Buffer.from(buffer.buffer, buffer.byteOffset, length)));
  void work();
  return true;
}

/** In one write, so that the parent does not wake for the header alone. */
function send(reply: Reply, pixels?: Uint8Array): void {
  channel.cork();
  for (const part of frameParts(reply, pixels)) channel.write(part);
  channel.uncork();
}

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
    await decodeFrame(frame);
    if (process.memoryUsage.rss() - idleBytes > mostKeptBytes) {
      // It stays busy until its parent kills it.
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
    // Any other error is a bug in this program; the parent sees that the decoder died.
    if (!(error instanceof ImageError)) throw error;
    send({ kind: "failed", id: job.id, code: error.code, message: error.message });
  } finally {
    stop();
  }
}

/** Ends this process if the image exceeds a limit, after reporting the limit to the parent. */
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
