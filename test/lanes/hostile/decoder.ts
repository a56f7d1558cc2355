import { readFileSync, writeFileSync } from "node:fs";
import { apiLimits } from "../../../contract/limits.ts";
import { DecoderPool } from "../../../functions/classify/decoder/pool.ts";
import { usageOf } from "../../../functions/classify/decoder/usage.ts";
import { decoderModule } from "../../../functions/classify/test-support/decoder-module.ts";

/** The result of decoding a picture, and its cost, measured outside the decoder's process. */
export interface Answer {
  readonly outcome: string;
  readonly processorMs: number;
  /** Peak memory of the decoder while it decoded (`peakMb`), and its memory afterwards (`rssMb`). */
  readonly peakMb: number;
  readonly rssMb: number;
}

const sampleMs = 5;

/** The decoder that ships, bundled and in a separate process. */
export class Decoder {
  readonly #pool: DecoderPool;
  readonly #remove: () => void;

  static async open(): Promise<Decoder> {
    const { file, remove } = await decoderModule();
    const pool = new DecoderPool({ module: file, size: 1 });
    await pool.ready;
    return new Decoder(pool, remove);
  }

  private constructor(pool: DecoderPool, remove: () => void) {
    this.#pool = pool;
    this.#remove = remove;
  }

  async decode(bytes: Uint8Array): Promise<Answer> {
    await this.#pool.ready;
    const [pid = 0] = this.#pool.pids;
    const before = usageOf(pid);
    forgetPeak(pid);
    let [processorMs, peak] = [0, 0];
    const sample = () => {
      const usage = usageOf(pid);
      if (!usage) return;
      processorMs = Math.max(processorMs, usage.processorMs - (before?.processorMs ?? 0));
      peak = Math.max(peak, usage.memoryBytes, peakOf(pid));
    };
    const timer = setInterval(sample, sampleMs);
    const outcome = await this.#pool.decode(bytes, { maxPixels: apiLimits.maxImagePixels, inputSize: 299 }).then(
      () => "decoded",
      (error: { code?: string }) => error.code ?? `untyped: ${String(error)}`,
    );
    sample();
    clearInterval(timer);
    return { outcome, processorMs, peakMb: peak / 1e6, rssMb: (usageOf(pid)?.memoryBytes ?? 0) / 1e6 };
  }

  async close(): Promise<void> {
    await this.#pool.close();
    this.#remove();
  }
}

/** Resets the kernel's peak memory counter of a process (proc_pid_clear_refs(5)). */
function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Without the reset, only the samples are used.
  }
}

function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
