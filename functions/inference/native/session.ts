import type { Addon } from "./addon.ts";
import { sessionOptionsVariable, withoutOptimiser } from "./session-options.ts";

/**
 * Opens a SavedModel's session. The optimiser takes 100 ms, two thirds of a first run, and seconds for a graph that
 * contains its weights, so it is off for graphs that are already optimised.
 */
export function openSession(addon: Addon, directory: string, optimised: boolean): number {
  if (optimised) process.env[sessionOptionsVariable] = withoutOptimiser;
  try {
    return addon.loadSavedModel(directory, "serve");
  } finally {
    delete process.env[sessionOptionsVariable];
  }
}
