import { isDeepStrictEqual } from "node:util";
import { type Handler, type Properties, unknownValue } from "./handler.ts";

export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
}

/**
 * The inputs that differ, and those among them that require a replacement. An unknown value counts as different, as in
 * the real provider.
 */
export function differenceOf(handler: Handler, before: Properties, after: Properties): Difference {
  const compared = handler.compared ?? ((inputs: Properties) => inputs);
  const [old, wanted] = [compared(before), compared(after)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  const changed = keys.filter((key) => !key.startsWith("__") && !isDeepStrictEqual(old[key], wanted[key]));
  const replaces = handler.update ? changed.filter((key) => handler.replaces?.includes(key)) : changed;
  return { changed, replaces };
}

/** The outputs that a preview may show for a resource that will be created or updated. */
export function promised(outputs: Iterable<string>, inputs: Properties, known: Properties = {}): Properties {
  const unknown = Object.fromEntries([...outputs].map((key) => [key, unknownValue]));
  return { ...unknown, ...known, ...inputs };
}
