import { lambdaLimits, mib, statesLimits } from "../limits.ts";
import type { RunFacts } from "./run-facts.ts";

/** How near an execution came to a limit. */
export interface Headroom {
  readonly limit: string;
  readonly used: number;
  readonly most: number;
  readonly unit: "bytes" | "events" | "seconds" | "calls" | "MB";
  /** `used` as a part of `most`, 0 to 1 and more. */
  readonly share: number;
  /**
   * Images at which this limit would be reached at the earliest, if what is used grows in proportion to them. Undefined if
   * it does not grow with them.
   */
  readonly breaksAt?: number;
  /** Why it does not grow. */
  readonly constant?: string;
}

/** The limits that come from the workflow's definition. */
export interface RunLimits {
  readonly workflowSeconds: number;
  /** Calls of `classify` at once. */
  readonly concurrency: number;
}

const atScale = "a Distributed Map takes over before";
const perBatch = "it depends on the batch, not on the number of images";

/** How near each limit came, the nearest first. */
export function headroomOf(facts: RunFacts, limits: RunLimits): readonly Headroom[] {
  const { images, distributed } = facts;
  const line = (limit: string, unit: Headroom["unit"], used: number, most: number, constant?: string): Headroom => ({
    limit,
    used,
    most,
    unit,
    share: used / most,
    ...(constant === undefined ? { breaksAt: Math.floor((images * most) / Math.max(used, 1e-9)) } : { constant }),
  });
  const inState = distributed ? "the images are in the bucket" : atScale;
  return [
    line("input or output of a state", "bytes", facts.stateBytes, statesLimits.payloadBytes, inState),
    line("payload of a call", "bytes", facts.stateBytes, lambdaLimits.syncPayloadBytes, inState),
    line(
      "events of the history",
      "events",
      facts.events,
      statesLimits.historyEvents,
      distributed ? "batches are child executions" : atScale,
    ),
    ...(facts.seconds === undefined
      ? []
      : [line("time of the execution", "seconds", facts.seconds, limits.workflowSeconds)]),
    ...facts.tasks
      .filter(({ timeoutSeconds }) => timeoutSeconds > 0)
      .map(({ state, seconds, timeoutSeconds, calls }) =>
        line(
          `time of "${state}"`,
          "seconds",
          seconds,
          timeoutSeconds,
          calls > 1 || isPerBatch(state) ? perBatch : undefined,
        ),
      ),
    line(
      "concurrent calls of classify",
      "calls",
      facts.concurrency,
      limits.concurrency,
      "more images take longer instead",
    ),
    ...facts.memory.map(({ function: name, usedMb, sizeMb }) =>
      line(`memory of ${name}`, "MB", usedMb, sizeMb, name === "classify" ? perBatch : undefined),
    ),
  ].sort((a, b) => b.share - a.share);
}

/** States that classify a batch or an image; the others handle all images in one call. */
const isPerBatch = (state: string): boolean => /classify/i.test(state);

/** The number of images at which the first limit would be reached, and which one; undefined if none grows. */
export function firstToBreak(lines: readonly Headroom[]): Headroom | undefined {
  const growing = lines.filter(({ breaksAt }) => breaksAt !== undefined);
  return growing.sort((a, b) => (a.breaksAt ?? 0) - (b.breaksAt ?? 0))[0];
}

/** A quantity for people: `12.3 MB`, `4,000 events`. */
export function quantity(value: number, unit: Headroom["unit"]): string {
  if (unit === "bytes") return value >= mib ? `${(value / mib).toFixed(1)} MiB` : `${(value / 1_024).toFixed(1)} KiB`;
  if (unit === "seconds") return value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value).toLocaleString("en")} s`;
  const count = Math.round(value);
  return `${count.toLocaleString("en")} ${count === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** Below this number of images, what was used is mostly what every run uses. */
export const fewImages = 100;

/**
 * The fields of a log line: what was used of each limit, the nearest first, and, for a run with enough images to tell,
 * at how many images the first limit is reached.
 */
export function headroomFields(images: number, lines: readonly Headroom[]) {
  const first = images < fewImages ? undefined : firstToBreak(lines);
  const used = lines.map(({ limit, used: amount, most, unit }) => [
    limit,
    `${quantity(amount, unit)} of ${quantity(most, unit)}`,
  ]);
  return {
    images,
    used: Object.fromEntries(used) as Readonly<Record<string, string>>,
    ...(first && { firstLimit: first.limit, atImages: first.breaksAt }),
  };
}
