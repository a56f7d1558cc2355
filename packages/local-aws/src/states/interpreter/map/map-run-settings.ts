import type { MapState } from "../../asl/definition.ts";
import type { Query } from "../query/query.ts";
import type { MapRunSettings } from "./map-run.ts";

/** Reads the settings with which a Distributed Map starts its Map Run. */
export async function settingsOf(state: MapState, query: Pick<Query, "number">): Promise<MapRunSettings> {
  const setting = (field: "ToleratedFailureCount" | "ToleratedFailurePercentage" | "MaxConcurrency") => ({
    declared: state[field],
    path: state[`${field}Path`],
    field,
  });
  const count = await query.number(setting("ToleratedFailureCount"));
  const percentage = await query.number(setting("ToleratedFailurePercentage"), { most: 100, whole: false });
  return {
    maxConcurrency: (await query.number(setting("MaxConcurrency"))) ?? 0,
    ...(count === undefined ? {} : { toleratedFailureCount: count }),
    ...(percentage === undefined ? {} : { toleratedFailurePercentage: percentage }),
  };
}
