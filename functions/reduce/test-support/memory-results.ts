import type { JsonObjects } from "../../shared/objects.ts";
import type { ResultsObjects } from "../results-object.ts";

/** Writes results as whole objects into a bucket in memory. */
export function memoryResults(objects: Pick<JsonObjects, "write">): ResultsObjects {
  return {
    write: (location, texts, { metadata }) => objects.write(location, Buffer.concat([...texts]), metadata),
    abortUnfinished: async () => undefined,
  };
}
