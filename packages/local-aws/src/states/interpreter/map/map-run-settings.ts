import type { MapState } from "../../asl/definition.ts";
import { type Json, shown, wholeNumber } from "../../data/json.ts";
import { read, type Scope } from "../../data/path.ts";
import { RuntimeFailure } from "../error.ts";
import type { MapRunSettings } from "./map-run.ts";

/**
 * A number of the definition, or the one that its `…Path` field leads to; a text that is a number counts as one.
 * Throws `RuntimeFailure` outside `least` to `most`.
 */
export function numberOf(
  declared: number | undefined,
  path: string | undefined,
  field: string,
  scope: Scope,
  { least = 0, most = Number.MAX_SAFE_INTEGER, whole = true } = {},
): number | undefined {
  const value = path === undefined ? declared : parsed(read(path, scope, `${field}Path`), `${field}Path`, path, whole);
  if (value === undefined || (value >= least && value <= most)) return value;
  if (most < Number.MAX_SAFE_INTEGER) throw new RuntimeFailure(`${field} must be between ${least} and ${most}.`);
  throw new RuntimeFailure(least === 0 ? `${field} cannot be negative.` : `${field} must be at least ${least}.`);
}

function parsed(value: Json, field: string, path: string, whole: boolean): number {
  const number = whole ? wholeNumber(value) : floatOf(value);
  if (number !== undefined) return number;
  const kind = whole ? "integer" : "float";
  throw new RuntimeFailure(
    `The ${field} field refers to value "${shown(value)}" which is not a valid ${kind}: ${path}`,
  );
}

function floatOf(value: Json): number | undefined {
  const number = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? number : undefined;
}

/** The settings that a Distributed Map begins its run with. */
export function settingsOf(state: MapState, scope: Scope): MapRunSettings {
  const count = numberOf(state.ToleratedFailureCount, state.ToleratedFailureCountPath, "ToleratedFailureCount", scope);
  const percentage = numberOf(
    state.ToleratedFailurePercentage,
    state.ToleratedFailurePercentagePath,
    "ToleratedFailurePercentage",
    scope,
    { most: 100, whole: false },
  );
  return {
    maxConcurrency: numberOf(state.MaxConcurrency, state.MaxConcurrencyPath, "MaxConcurrency", scope) ?? 0,
    ...(count === undefined ? {} : { toleratedFailureCount: count }),
    ...(percentage === undefined ? {} : { toleratedFailurePercentage: percentage }),
  };
}
