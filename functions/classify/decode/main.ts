/**
 * The decoder process: decodes the images that its parent sends, one at a time, and ends with its parent. The
 * work runs in a thread of libuv's pool, so that this thread can always detect an exceeded limit or a missing
 * parent.
 */
import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import sharp from "sharp";
import { kib, mib } from "../../../contract/limits.ts";
import { type Frame, FrameReader, frameParts, writeFrame } from "../decoder/frames.ts";
import { type Bound, channelDescriptor, type Job, jobLimits, type Reply } from "../decoder/protocol.ts";
import { ImageError } from "../image-error.ts";
import { decode } from "./decode.ts";

/** Memory that an allocator may keep after an image; it reduces what the next image may use. */
const mostKeptBytes = 128 * mib;
/** Frequent enough that no image exceeds its limit by much: in 10 ms a decoder allocates at most 30 MB. */
const watchMs = 10;

/** More than one read returns: by default Linux buffers 208 KiB per channel (net.core.wmem_default). */
const readBytes = 256 * kib;

const reader = new FrameReader(jobLimits);
const waiting: Frame[] = [];
/** Also until the baseline is known. */
let busy = true;
let receivedBytes = 0;

// Not process.exit(), which waits for threads: a decoding thread may never return.
const end = (): void => {
  process.kill(process.pid, "SIGKILL");
};
const buffer = Buffer.alloc(readBytes);
/**
 * Node reads into one buffer; by default it allocates a new one for each 64 KiB, which is slower. The type of the
 * constructor's options lacks `onread`.
 */
const channelOptions: SocketConstructorOpts & ConnectOpts = {
  fd: channelDescriptor,
  readable: true,
  writable: true,
  onread: { buffer, callback: receive },
};
const channel = new Socket(channelOptions);
channel.on("end", end).on("close", end).on("error", end);
await decodeFirst();

/** Baseline for an image's memory: Node, the libraries and this program, without images that have arrived meanwhile. */
const idleBytes = process.memoryUsage.rss() - receivedBytes;
send({ kind: "ready" });
busy = false;
void work();

/** Decodes a small picture while the parent still opens its engine: the first decoding takes twice as long as the others. */
async function decodeFirst(): Promise<void> {
  const [side, inputSize] = [64, 32];
  const create = { width: side, height: side, channels: 3, background: "gray" } as const;
  await decode(await sharp({ create }).jpeg().toBuffer(), { maxPixels: side * side, inputSize });
}

function send(reply: Reply, pixels?: Uint8Array): void {
  writeFrame(channel, reply, pixels);
}

function receive(length: number): true {
  receivedBytes += length;
  waiting.push(...reader.push(buffer.subarray(0, length)));
  void work();
  return true;
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
