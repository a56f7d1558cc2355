import type { ImageResult } from "../../../../contract/workflow.ts";

/**
 * Where an image is: not in a batch yet, in a batch whose call has not begun, being classified, with predictions, with an
 * error, or without a result because the execution ended first. The order is that of the legend.
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

/** One image of an execution: what is known of it so far. */
export interface ImageEntry {
  readonly index: number;
  /** Its reference; undefined until something that names it has been read. */
  readonly image: string | undefined;
  readonly state: ImageState;
  readonly result: ImageResult | undefined;
  /** The run of the state that classified it, in this execution's history. */
  readonly runId: number | undefined;
  /** The child execution that it belongs to, in a Distributed Map. */
  readonly childArn: string | undefined;
}

/** The most probable label, or undefined where there is no prediction. */
export function bestOf({ result }: ImageEntry): { readonly label: string; readonly probability: number } | undefined {
  return result !== undefined && "predictions" in result ? result.predictions[0] : undefined;
}

/** The error code of a failed image. */
export function codeOf({ result }: ImageEntry): string | undefined {
  return result !== undefined && "error" in result ? result.error.code : undefined;
}
