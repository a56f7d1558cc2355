import type { Addon } from "./addon.ts";
import { sessionOptionsVariable } from "./session-options.ts";

/**
 * Opens a SavedModel's session. The optimiser takes 100 ms, two thirds of a first run, and seconds for a graph that
 * contains its weights, so it is off by default (defaults.ts), for graphs that are already optimised.
 */
export function openSession(addon: Addon, directory: string, optimised: boolean): number {
  if (optimised) return addon.loadSavedModel(directory, "serve");
  // Only models without an integer form, and so without a thread that runs their probe, need the optimiser.
  const options = process.env[sessionOptionsVariable];
  delete process.env[sessionOptionsVariable];
  try {
    return addon.loadSavedModel(directory, "serve");
  } finally {
    if (options !== undefined) process.env[sessionOptionsVariable] = options;
  }
}
