import type { Addon } from "./addon.ts";
import { sessionOptionsVariable, withoutOptimiser } from "./session-options.ts";

/**
 * Opens a SavedModel's session. The optimiser takes 100 ms, two thirds of a first run, and seconds for a graph that
 * contains its weights, so it is off for graphs that are already optimised.
 */
export function openSession(addon: Addon, directory: string, optimised: boolean): number {
  // Off by default (defaults.ts). The variable is not written again for that: another thread may be reading the environment.
  if (!optimised) delete process.env[sessionOptionsVariable];
  else if (process.env[sessionOptionsVariable] !== withoutOptimiser) {
    process.env[sessionOptionsVariable] = withoutOptimiser;
  }
  return addon.loadSavedModel(directory, "serve");
}
