import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { Names } from "./names.ts";

/** Marks a secret value, which is compared but never shown. */
export interface Secret {
  readonly secret: string;
}

export const isSecret = (value: unknown): value is Secret =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "secret";

/** A value in words: only the name of a secret, and readable names of resources instead of ARNs. */
export function valueText(value: unknown, names: Names): Sentence {
  if (value === undefined) return words("nothing");
  if (isSecret(value)) return words("a secret");
  if (typeof value === "number") return words(String(value));
  if (typeof value === "boolean") return words(value ? "on" : "off");
  if (typeof value === "string") return say`${names.within(value)}`;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) {
    return value.length === 0 ? words("an empty list") : quoted(value.map((each) => names.within(each)));
  }
  return say`${names.within(JSON.stringify(value))}`;
}

export function changeText(before: unknown, after: unknown, names: Names): Sentence {
  if (before === undefined) return say`is set to ${valueText(after, names)}`;
  if (after === undefined) return say`is no longer set (was ${valueText(before, names)})`;
  if (isSecret(before) || isSecret(after)) return words("changed (secret)");
  return say`${valueText(before, names)} → ${valueText(after, names)}`;
}
