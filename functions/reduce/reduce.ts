import { inlineStateBytes } from "../../contract/limits.ts";
import { resultsContentTypes, resultsKey } from "../../contract/results.ts";
import { type ItemResult, type Outcome, ReduceInput } from "../../contract/workflow.ts";
import { earlierResults } from "../shared/earlier-results.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { parseEvent } from "../shared/parse.ts";
import { jsonBytes } from "../shared/state-size.ts";
import { resultsOfMapRun } from "./map-run.ts";
import { MergedResults } from "./spill/merged-results.ts";

export interface ReduceServices {
  readonly objects: Pick<JsonObjects, "read" | "stream" | "upload">;
  readonly bucket: string;
  /** Maximum size of results that are one JSON list, in bytes; larger ones are lines of JSON. */
  readonly listBytes: number;
}

/**
 * Merges the results of the batches, which are in the event or where a Distributed Map wrote them, writes them to the
 * bucket, and returns them if they fit the state. A repeated call writes the same object again.
 * @throws InvalidInput, ObjectNotFound, MapRunUnreadable, StorageFull, StorageUnavailable
 */
export async function reduceResults(event: unknown, services: ReduceServices): Promise<Outcome> {
  const { release, classified } = parseEvent("reduce", ReduceInput, event);
  const { objects, bucket } = services;
  const results: Iterable<ItemResult> | AsyncIterable<ItemResult> =
    "mapRun" in classified
      ? resultsOfMapRun(classified.mapRun, bucket, objects)
      : classified.batches.flatMap((batch) => batch.results);
  const merged = new MergedResults(classified.total);
  try {
    if (classified.earlier) {
      for await (const { result } of earlierResults("reduce", classified.earlier, bucket, objects)) {
        merged.addEarlier(result);
      }
    }
    for await (const result of results) merged.add(result);
    const { executionId, skipped, topK } = classified;
    const known = { executionId, release, ...(topK !== undefined && { topK }), skipped };
    return await write(merged, known, services);
  } finally {
    merged.close();
  }
}

/** What is known of an execution beside its results. */
interface Reduced extends Pick<Outcome, "executionId" | "release" | "topK"> {
  readonly skipped: number | undefined;
}

async function write(
  merged: MergedResults,
  { skipped, ...execution }: Reduced,
  { objects, bucket, listBytes }: ReduceServices,
): Promise<Outcome> {
  const { bytes, ...merging } = merged.summary();
  const summary = { ...merging, counts: { ...merging.counts, ...(skipped !== undefined && { skipped }) } };
  const format = bytes > listBytes ? "jsonl" : "json";
  const resultsLocation = { bucket, key: resultsKey(execution.executionId, format) };
  const about = { contentType: resultsContentTypes[format], metadata: { release: execution.release } };
  await objects.upload(resultsLocation, merged.texts(format), about);
  log("INFO", "reduced", { ...execution, ...summary.counts, bytes });
  const short = { ...execution, ...summary, resultsLocation };
  if (bytes > inlineStateBytes) return short;
  const full = { ...short, results: JSON.parse(Buffer.concat([...merged.texts("json")]).toString()) };
  return jsonBytes(full) <= inlineStateBytes ? full : short;
}
