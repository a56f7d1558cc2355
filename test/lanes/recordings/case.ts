import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Recordings are next to the checkout, or in the folder that RECORDINGS specifies. They are test data and not a part of
 * this repository.
 */
export const folder = path.resolve(
  process.env["RECORDINGS"] ?? path.join(import.meta.dirname, "../../../../shared/recordings"),
);

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What the function of a recorded case does. */
export type Behaviour =
  | { readonly kind: "echo" }
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "decorate"; readonly prefix: string }
  | { readonly kind: "raise"; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: "text"; readonly character: string; readonly bytes: number }
  | { readonly kind: "wait"; readonly seconds: number };

/** One API call: the operation and its parameters. */
export type Step = JsonObject & { readonly op: string };

/** One part of AWS's responses. `step` is the call to which it belongs; `after` is the last call before it. */
export interface Expected {
  readonly key: string;
  readonly step: number | null;
  readonly after: number | null;
  readonly recorded: Json;
}

export interface Case {
  readonly id: string;
  readonly topic: string;
  /** In the format `DD-MM-YYYY, HH:MM:SS`. */
  readonly recordedDate: string;
  /** The day on which the case was validated against AWS; null if it was not validated. */
  readonly validated: string | null;
  readonly features: readonly string[];
  readonly functions?: Readonly<Record<string, Behaviour>>;
  readonly buckets?: readonly string[];
  readonly objects?: readonly { readonly bucket: string; readonly key: string; readonly body: string }[];
  readonly steps: readonly Step[];
  readonly expected: readonly Expected[];
  readonly patterns: readonly (readonly [string, string])[];
  readonly tokens?: readonly string[];
  readonly loose?: readonly string[];
}

/** All cases, by file name; undefined if the folder does not exist. */
export function recordings(): ReadonlyMap<string, readonly Case[]> | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    files
      .sort()
      .map((name) => [
        name.replace(/\.json$/, ""),
        JSON.parse(readFileSync(path.join(folder, name), "utf8")) as readonly Case[],
      ]),
  );
}

/** The day of the recording in the format `YYYY-MM-DD`. */
export function recordedOn({ recordedDate }: Case): string {
  const [day = "", month = "", year = ""] = (recordedDate.split(",")[0] ?? "").split("-");
  return `${year}-${month}-${day}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
