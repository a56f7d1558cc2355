import { isDeepStrictEqual } from "node:util";
import type { Threads } from "./history.ts";

/** Describes the first difference in each thread; empty if the histories agree. */
export function differences(theirs: Threads, ours: Threads): readonly string[] {
  const paths = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort();
  return paths.flatMap((path) => {
    const [a, b] = [theirs[path] ?? [], ours[path] ?? []];
    const at = a.findIndex((event, index) => !isDeepStrictEqual(event, b[index]));
    const index = at === -1 && b.length > a.length ? a.length : at;
    if (index === -1) return [];
    const show = (event: unknown) => (event === undefined ? "nothing" : JSON.stringify(event).slice(0, 500));
    return [`${path}, event ${index + 1}:\n    moto: ${show(a[index])}\n    ours: ${show(b[index])}`];
  });
}

/**
 * moto 5.2 wraps values that a path selects below an index in a list: `$.Items[0].index` gives `[0]`. AWS gives `0`,
 * because a definite path has one value, and the workflow's fallback state (`Image failed`) relies on that. This
 * removes the wrapping before the comparison, but only from that state's fields.
 */
export function withoutMotoWrapping(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMotoWrapping);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, entry]): [string, unknown] => [key, withoutMotoWrapping(entry)]);
  const record = Object.fromEntries(fields);
  const wrapped = ["index", "image", "duplicates"].every((key) => Array.isArray(record[key]));
  if (!wrapped || !("error" in record)) return record;
  const first = (key: string) => (record[key] as unknown[])[0];
  return { ...record, index: first("index"), image: first("image"), duplicates: first("duplicates") };
}

/**
 * AWS records TaskStateAborted after the TaskFailed that fails a branch of a Parallel state, as its recorded histories
 * show. moto 5.2 does not, so this removes that event from our histories before the comparison, and no other abort.
 */
export function withoutAbortOfFailedTask(threads: Threads): Threads {
  const kept = Object.entries(threads).map(([path, events]): [string, Threads[string]] => [
    path,
    events.filter(({ type }, at) => type !== "TaskStateAborted" || events[at - 1]?.type !== "TaskFailed"),
  ]);
  return Object.fromEntries(kept);
}
