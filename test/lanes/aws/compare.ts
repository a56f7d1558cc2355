import { isDeepStrictEqual } from "node:util";
import type { Threads } from "./history.ts";

/** The first difference of each thread, in words; none: the same story. */
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
 * moto 5.2 wraps what a path picks behind an index: `$.Items[0].index` gives `[0]` there. AWS gives `0` (a definite path has one
 * value), and the workflow's last resort (`Image failed`) relies on it. Undone before the comparison, for that state's fields only.
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
