import { closest, distance } from "fastest-levenshtein";

/** At most this part of the letters may differ: a longer distance makes another word. */
const mostDifferent = 0.5;

/**
 * ` Did you mean "batchSize"?` where one of the known names is written almost like `name`, else nothing. Case does not
 * count, nor do "-" and "_".
 */
export function suggestion(name: string, known: readonly string[]): string {
  const alike = (text: string): string => text.toLowerCase().replace(/[-_]/g, "");
  const best = closest(alike(name), known.map(alike));
  const found = known.find((each) => alike(each) === best);
  if (found === undefined) return "";
  const longest = Math.max(alike(name).length, best.length);
  const isTypo = distance(alike(name), best) <= Math.max(1, Math.floor(longest * mostDifferent));
  return isTypo || isBeginning(alike(name), best) ? ` Did you mean "${found}"?` : "";
}

/** Somebody who writes the first letters alone, such as "--conf", means the whole. */
function isBeginning(text: string, whole: string): boolean {
  return text.length >= 3 && whole.startsWith(text);
}
