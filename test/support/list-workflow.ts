import { vi } from "vitest";
import { mapImages } from "../../functions/map/map.ts";
import { memorySources } from "../../functions/map/test-support/memory-sources.ts";
import { reduceResults } from "../../functions/reduce/reduce.ts";
import type { JsonObjects } from "../../functions/shared/objects.ts";
import { bucket, type WithBucket, withBucket } from "../../packages/local-aws/src/states/test-support/distributed.ts";
import { functionArn, machine } from "../../packages/local-aws/src/states/test-support/harness.ts";
import { testWorkflow } from "./workflows.ts";

vi.mock("../../functions/shared/log.ts", () => ({ log: () => {} }));

export interface ListWorkflow {
  readonly executionType?: "STANDARD" | "EXPRESS";
  /** The function `classify`, without a model. */
  readonly classify: (payload: unknown) => object;
  /** Objects in other buckets, by bucket and key; `photos` may be read. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Maximum size of results that are one JSON list. */
  readonly listBytes?: number;
}

/** The real workflow, `map` and `reduce` on the one-machine Step Functions and S3. More than a few images are "many". */
export async function listWorkflow({
  executionType = "STANDARD",
  classify,
  sources = {},
  listBytes = 1_000_000,
}: ListWorkflow): Promise<WithBucket> {
  const limits = {
    batchSize: 4,
    concurrency: 2,
    inlineBytes: 10_000,
    distributedConcurrency: 8,
    maxImages: 100_000,
    storageMb: 512,
  };
  const objects = objectsOf(() => setup);
  const buckets = { ownBucket: bucket, imageBuckets: ["photos"] };
  const services = { objects, bucket, sources: memorySources({ ...sources }), buckets, limits };
  const setup: WithBucket = await withBucket([machine(filled(executionType))], {
    map: (event) => mapImages(event, services),
    classify,
    reduce: (event) => reduceResults(event, { ...services, listBytes }),
  });
  return setup;
}

function filled(distributedMapExecutionType: "STANDARD" | "EXPRESS"): string {
  const text = testWorkflow("deep-learning-workflow", functionArn, { distributedMapExecutionType });
  // The virtual clock jumps while files are read, which would trigger timeouts.
  const unbounded = (key: string, value: unknown) => (key === "TimeoutSeconds" ? undefined : value);
  return JSON.stringify(JSON.parse(text), unbounded);
}

function objectsOf(setup: () => WithBucket): JsonObjects {
  return {
    read: async ({ key }) => JSON.parse(await setup().get(key)),
    async *stream({ key }) {
      yield Buffer.from(await setup().get(key));
    },
    write: async ({ key }, text) => setup().put(key, text.toString()),
    async upload({ key }, pieces) {
      const all: Uint8Array[] = [];
      for await (const piece of pieces) all.push(piece);
      await setup().put(key, Buffer.concat(all).toString());
    },
  };
}
