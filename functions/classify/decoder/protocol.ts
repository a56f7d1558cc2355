import type { ImageErrorCode } from "../../../contract/errors.ts";
import { mib } from "../../../contract/limits.ts";
import type { FrameLimits } from "./frames.ts";

/** The header of an image on its way to the decoder; the body is the image as it was fetched. */
export interface Job {
  /** What the reply repeats. */
  readonly id: number;
  readonly maxPixels: number;
  /** Side of the square that the model takes, in pixels. */
  readonly inputSize: number;
  /** Milliseconds of processor time, of all threads together, that the image may take. */
  readonly processorMs: number;
  /** Bytes of memory that the process may hold above what it held when it was idle. */
  readonly memoryBytes: number;
}

/** What a bound is about: milliseconds of processor time, or bytes of memory. */
export type Bound = "processor" | "memory";

/** The header of what the decoder sends; the body of "decoded" is the pixels. Jobs are done in the order they came in. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "decoded"; readonly id: number; readonly width: number; readonly height: number }
  | { readonly kind: "failed"; readonly id: number; readonly code: ImageErrorCode; readonly message: string }
  /** It keeps memory of images that are done, which would be counted against the next: another one takes its place. */
  | { readonly kind: "retired" }
  /** The last thing a decoder says: it ends itself. */
  | { readonly kind: "exceeded"; readonly bound: Bound };

/** The descriptor of the socket between the two, in the decoder. */
export const channelDescriptor = 3;

/** What the decoder reads: an image is never larger than the setting "maxImageBytes" allows (500 MiB at most). */
export const jobLimits: FrameLimits = { headerBytes: 1_024, bodyBytes: 500 * mib };
/** What the function reads of a decoder, which may have been taken over by the image that it decodes. */
export const replyLimits: FrameLimits = { headerBytes: 4_096, bodyBytes: 4 * mib };
