import type { ImageResult } from "../../../../contract/workflow.ts";

/**
 * The state of an image: not in a batch yet, in a batch whose call has not begun, being classified, classified, failed,
 * or without a result because the execution ended first. The legend uses the same order.
 */
export const imageStates = ["waiting", "queued", "running", "done", "failed", "aborted"] as const;
export type ImageState = (typeof imageStates)[number];

export const imageStateWords: Readonly<Record<ImageState, string>> = {
  waiting: "Waiting",
  queued: "Queued",
  running: "Classifying",
  done: "Classified",
  failed: "Failed",
  aborted: "No result",
};

/** One image of an execution, with what is known about it so far. */
export interface ImageEntry {
  readonly index: number;
  /** Its reference; undefined until data that contains the reference has been read. */
  readonly image: string | undefined;
  readonly state: ImageState;
  readonly result: ImageResult | undefined;
  /** The run of the state that classified it, in this execution's history. */
  readonly runId: number | undefined;
  /** The child execution of a Distributed Map that contains the image. */
  readonly childArn: string | undefined;
}

/** The most probable label, or undefined if there is no prediction. */
export function bestOf({ result }: ImageEntry): { readonly label: string; readonly probability: number } | undefined {
  return result !== undefined && "predictions" in result ? result.predictions[0] : undefined;
}

/** The error code of a failed image. */
export function codeOf({ result }: ImageEntry): string | undefined {
  return result !== undefined && "error" in result ? result.error.code : undefined;
}
