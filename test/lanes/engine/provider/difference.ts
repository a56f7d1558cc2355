import { isDeepStrictEqual } from "node:util";
import { type Handler, type Properties, unknownValue } from "./handler.ts";

export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
}

/** Which inputs differ, and which of them need another resource. What is unknown counts as different, as with the real provider. */
export function differenceOf(handler: Handler, before: Properties, after: Properties): Difference {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !key.startsWith("__") && !isDeepStrictEqual(before[key], after[key]));
  const replaces = handler.update ? changed.filter((key) => handler.replaces?.includes(key)) : changed;
  return { changed, replaces };
}

/** What a preview may promise of a resource that is to be created or updated. */
export function promised(outputs: Iterable<string>, inputs: Properties, known: Properties = {}): Properties {
  const unknown = Object.fromEntries([...outputs].map((key) => [key, unknownValue]));
  return { ...unknown, ...known, ...inputs };
}
