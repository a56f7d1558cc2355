import type { Addon } from "./addon.ts";
import { sessionOptionsVariable, withoutOptimiser } from "./session-options.ts";

/**
 * Opens a SavedModel's session. The optimiser takes 100 ms, two thirds of a first run, and seconds for a graph with its
 * weights in it: it is left out where the graph is written as it would leave it.
 */
export function openSession(addon: Addon, directory: string, optimised: boolean): number {
  if (optimised) process.env[sessionOptionsVariable] = withoutOptimiser;
  try {
    return addon.loadSavedModel(directory, "serve");
  } finally {
    delete process.env[sessionOptionsVariable];
  }
}
