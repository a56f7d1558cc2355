import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ResultsFormat } from "../../contract/results.ts";
import { ImageResult } from "../../contract/workflow.ts";
import { elementsOf } from "../../functions/shared/elements.ts";
import type { PlantedImages } from "./planted.ts";

/**
 * Reads results as a stream and returns how many have each code, or none ("classified").
 * @throws Error unless there is one result per image, in order, each with the image's reference and what was planted
 */
export async function verifiedCounts(
  bytes: AsyncIterable<Uint8Array>,
  format: ResultsFormat,
  images: number,
  planted: PlantedImages,
): Promise<Readonly<Record<string, number>>> {
  const texts =
    format === "json"
      ? elementsOf(bytes)
      : createInterface({ input: Readable.from(bytes), crlfDelay: Number.POSITIVE_INFINITY });
  const counts: Record<string, number> = {};
  let index = 0;
  for await (const text of texts) {
    const result = ImageResult.parse(JSON.parse(text));
    if (!isExpected(result, index, planted)) throw new Error(`At index ${index} there is another result: ${text}`);
    const code = "error" in result ? result.error.code : "classified";
    counts[code] = (counts[code] ?? 0) + 1;
    index += 1;
  }
  if (index !== images) throw new Error(`There are ${index} results of ${images} images.`);
  return counts;
}

function isExpected(result: ImageResult, index: number, planted: PlantedImages): boolean {
  if (result.index !== index || result.image !== planted.imageOf(index)) return false;
  const code = planted.codeOf(index);
  if ("error" in result) return result.error.code === code;
  const label = planted.labelOf?.(index);
  return code === undefined && (label === undefined || result.predictions[0]?.label === label);
}
