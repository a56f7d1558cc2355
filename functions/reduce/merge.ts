import type { Counts, ImageResult, ItemResult } from "../../contract/workflow.ts";

/**
 * The results in request order, one a place: `also` is expanded, of two for one place a prediction wins over an
 * error (a repeated delivery, or an image tried again), and a place without any gets an error.
 */
export function merge(results: Iterable<ItemResult>, total: number): readonly ImageResult[] {
  const places = new Array<ImageResult | undefined>(total).fill(undefined);
  for (const { also, ...result } of results) {
    for (const index of [result.index, ...also]) {
      if (index >= total) continue;
      const known = places[index];
      if (!known || ("error" in known && !("error" in result))) places[index] = { ...result, index };
    }
  }
  return places.map((result, index) => result ?? missing(index));
}

function missing(index: number): ImageResult {
  const message = `The workflow ended without a result for the image at place ${index}.`;
  return { index, image: "", error: { code: "ClassificationFailed", message } };
}

export function count(results: readonly ImageResult[]): Counts {
  const failed = results.filter((result) => "error" in result).length;
  return { total: results.length, succeeded: results.length - failed, failed };
}
