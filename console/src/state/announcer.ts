import { summarise, summaryText } from "../model/images/summary.ts";
import type { FollowedExecution } from "./followed-execution.ts";

/** Milliseconds between two announcements of progress: a screen reader needs time to read one. */
const everyMs = 10_000;

type Announced = Pick<FollowedExecution, "arn" | "images" | "doneByMapRuns" | "description" | "ended">;

/** What screen readers are told about the execution that is shown: its progress from time to time, and its end. */
export class Announcer {
  /** The last announcement. */
  text = "";
  #said: { readonly arn: string; readonly at: number } | undefined;

  /** Announces the progress of a running execution, unless the last announcement was a moment ago. */
  progress(followed: Announced, now: number): void {
    if (followed.ended || followed.images.entries.length === 0) return;
    // What has just been opened is visible; only its changes are announced.
    this.#said = this.#said?.arn === followed.arn ? this.#said : { arn: followed.arn, at: now };
    if (now - this.#said.at < everyMs) return;
    this.#said = { arn: followed.arn, at: now };
    this.text = `${imagesOf(followed)}.`;
  }

  /**
   * Empties the announcement before another execution is shown. Otherwise the same words would be no change, and a screen
   * reader would say nothing.
   */
  clear(): void {
    this.text = "";
  }

  /** Announces the status with which the execution ended. */
  end(followed: Announced): void {
    const status = followed.description?.status.toLowerCase().replaceAll("_", " ") ?? "not found";
    const images = followed.images.entries.length === 0 ? "" : ` ${imagesOf(followed)}.`;
    this.text = `Execution ${status}.${images}`;
  }
}

function imagesOf({ images, doneByMapRuns }: Announced): string {
  return summaryText(summarise(images.entries, doneByMapRuns));
}
