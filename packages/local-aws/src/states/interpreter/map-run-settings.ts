import type { MapState } from "../asl/definition.ts";
import type { Json } from "../data/json.ts";
import { read, type Scope } from "../data/path.ts";
import { RuntimeFailure } from "./error.ts";
import type { MapRunSettings } from "./map-run.ts";

/** A number of the definition, or the one that its `…Path` field leads to. Throws `RuntimeFailure` outside `least` to `most`. */
export function numberOf(
  declared: number | undefined,
  path: string | undefined,
  field: string,
  scope: Scope,
  { least = 0, most = Number.MAX_SAFE_INTEGER, whole = true } = {},
): number | undefined {
  const value: Json | undefined = path === undefined ? declared : read(path, scope, `${field}Path`);
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
  throw new RuntimeFailure(`${field} must be a${whole ? " whole" : ""} number ${range}, not ${JSON.stringify(value)}.`);
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
