import { resultsFormatOf } from "../../contract/results.ts";
import { type ImageResult, prefixes, type S3Location, StoredResult } from "../../contract/workflow.ts";
import { linesOf } from "../../lib/lines.ts";
import { elementsOf } from "./elements.ts";
import type { JsonObjects } from "./objects.ts";
import { InvalidInput } from "./parse.ts";

/**
 * The results of an earlier execution in the order of its request, each with its size in bytes, read as a stream.
 * @param functionName the function that reads them, for messages
 * @param own the bucket from which results are read
 * @throws InvalidInput for another object, ObjectNotFound for results that have expired
 */
export async function* earlierResults(
  functionName: string,
  location: S3Location,
  own: string,
  objects: Pick<JsonObjects, "stream">,
): AsyncGenerator<{ readonly result: ImageResult; readonly size: number }> {
  if (location.bucket !== own || !location.key.startsWith(prefixes.results)) {
    const message = `must name an object under "s3://${own}/${prefixes.results}"`;
    throw new InvalidInput(functionName, [{ path: ["results"], message }]);
  }
  const bytes = objects.stream(location);
  const texts = resultsFormatOf(location) === "jsonl" ? linesOf(bytes, "optional") : elementsOf(bytes);
  for await (const text of texts) yield { result: StoredResult.parse(JSON.parse(text)), size: Buffer.byteLength(text) };
}
