/** Decodes what its parent sends, so that a decoder that crashes, hangs or grows does so here and is seen. */
import { apiLimits } from "../../../contract/limits.ts";
import { decode } from "../../../functions/classify/decode/decode.ts";
import { ImageError } from "../../../functions/classify/image-error.ts";

export interface Answer {
  readonly outcome: string;
  readonly milliseconds: number;
  readonly rssMb: number;
  readonly peakMb: number;
}

process.on("message", async (bytes: Uint8Array) => {
  const began = performance.now();
  const outcome = await decode(Buffer.from(bytes), { maxPixels: apiLimits.maxImagePixels, inputSize: 299 }).then(
    () => "decoded",
    (error: unknown) => (error instanceof ImageError ? error.code : `untyped: ${String(error)}`),
  );
  const answer: Answer = {
    outcome,
    milliseconds: performance.now() - began,
    rssMb: process.memoryUsage.rss() / 1e6,
    // Kilobytes, as the kernel counts the most that was ever resident.
    peakMb: process.resourceUsage().maxRSS / 1e3,
  };
  process.send?.(answer);
});
