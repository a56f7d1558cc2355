import type { ImageErrorCode } from "../../../contract/errors.ts";
import { mib } from "../../../contract/limits.ts";
import type { FrameLimits } from "./frames.ts";

/** The header of a request to the decoder; the body is the fetched image. */
export interface Job {
  /** Repeated in the reply. */
  readonly id: number;
  readonly maxPixels: number;
  /** Side of the model's square input, in pixels. */
  readonly inputSize: number;
  /** Milliseconds of processor time, of all threads, that the image may use. */
  readonly processorMs: number;
  /** Bytes of memory that the process may use in addition to its idle memory. */
  readonly memoryBytes: number;
}

/** The kind of a limit: milliseconds of processor time, or bytes of memory. */
export type Bound = "processor" | "memory";

/** The header of a reply; the body of "decoded" is the pixels. Jobs are processed in order. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "decoded"; readonly id: number; readonly width: number; readonly height: number }
  | { readonly kind: "failed"; readonly id: number; readonly code: ImageErrorCode; readonly message: string }
  /** It still uses memory of earlier images, which would count against the next one, so it is replaced. */
  | { readonly kind: "retired" }
  /** The last message of a decoder, which then ends. */
  | { readonly kind: "exceeded"; readonly bound: Bound };

/** The decoder's file descriptor of the channel. */
export const channelDescriptor = 3;

/** Limits for frames that the decoder reads: an image has at most "maxImageBytes" bytes (500 MiB). */
export const jobLimits: FrameLimits = { headerBytes: 1_024, bodyBytes: 500 * mib };
/** Limits for frames that the function reads from a decoder, which an image may have taken over. */
export const replyLimits: FrameLimits = { headerBytes: 4_096, bodyBytes: 4 * mib };
