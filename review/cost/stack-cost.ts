import type { CostInputs } from "../../contract/cost/cost.ts";
import type { Capture } from "../program/evaluate.ts";
import { ReviewError } from "../review-error.ts";
import { costInputsOf } from "./inputs.ts";

/** Bytes of the default model and the bundled handlers, for an estimate that does not stage images. */
const contextBytes = 51e6;

/** A reference to images that are already pushed, so that nothing is staged and no model is needed. */
const pushed = `none.example/image@sha256:${"0".repeat(64)}`;

/**
 * The inputs of a stack's cost estimate, with some settings overridden.
 * @throws CaptureError for a setting that the program rejects
 */
export async function stackCost(
  root: string,
  stack: string,
  settings: Readonly<Record<string, string>>,
  capture: Capture,
): Promise<CostInputs> {
  const overrides = { ...settings, imageUri: JSON.stringify({ light: pushed, classify: pushed }) };
  const declared = await capture({
    root,
    stack,
    overrides: Object.fromEntries(
      Object.entries(overrides).map(([key, value]) => [`deep-learning-workflow:${key}`, value]),
    ),
  });
  const inputs = costInputsOf({ ...declared, images: [] });
  if (!inputs)
    throw new ReviewError(
      "Usage",
      `Stack "${stack}" declares no workflow that classifies: there is nothing to estimate.`,
    );
  return { ...inputs, imageBytes: inputs.imageBytes + contextBytes };
}
