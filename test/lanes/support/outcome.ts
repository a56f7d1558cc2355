import type { ImageResult } from "../../../contract/workflow.ts";

/** The best label of a result, or its error in the form `code: message`. */
export function labelOf(result: ImageResult | undefined): string {
  if (!result) return "no result";
  return "error" in result ? `${result.error.code}: ${result.error.message}` : (result.predictions[0]?.label ?? "none");
}
