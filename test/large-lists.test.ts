import { expect, it, vi } from "vitest";
import { resultsKey } from "../contract/results.ts";
import type { Batch, ImageResult, Outcome } from "../contract/workflow.ts";
import { Wake } from "../contract/workflow.ts";
import { mapImages } from "../functions/map/map.ts";
import { memorySources } from "../functions/map/test-support/memory-sources.ts";
import { reduceResults } from "../functions/reduce/reduce.ts";
import type { JsonObjects } from "../functions/shared/objects.ts";
import { bucket, type WithBucket, withBucket } from "../packages/local-aws/src/states/test-support/distributed.ts";
import { FunctionError, functionArn, machine } from "../packages/local-aws/src/states/test-support/harness.ts";
import { testWorkflow } from "./support/workflows.ts";

vi.mock("../functions/shared/log.ts", () => ({ log: () => {} }));

/** The real workflow, `map` and `reduce` with a `classify` that fails in several ways, without a model. */
function filled(distributedMapExecutionType: "STANDARD" | "EXPRESS"): string {
  const text = testWorkflow("deep-learning-workflow", functionArn, { distributedMapExecutionType });
  // The virtual clock jumps while files are read, which would trigger timeouts.
  const unbounded = (key: string, value: unknown) => (key === "TimeoutSeconds" ? undefined : value);
  return JSON.stringify(JSON.parse(text), unbounded);
}

/** What `classify` does with an image, by its name. */
const broken = {
  /** Crashes the sandbox of every call that contains it. */
  poison: (at: number) => at % 50 === 7,
  /** Returns more than the state of its child execution can hold. */
  huge: (at: number) => at === 123,
};

function classify(payload: unknown): object {
  if (Wake.safeParse(payload).success) return { results: [] };
  const { Items } = payload as Batch;
  const numbers = Items.map(({ image }) => Number(/(\d+)$/.exec(image)?.[1]));
  if (numbers.some(broken.poison)) throw new FunctionError("Runtime.ExitError");
  const label = numbers.some(broken.huge) ? "x".repeat(300_000) : "tabby";
  return { results: Items.map((item) => ({ ...item, width: 1, height: 1, predictions: [{ label, probability: 1 }] })) };
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

it.each(["STANDARD", "EXPRESS"] as const)(
  "every image of a long list has one result at its index, however its batch ends (%s child executions)",
  async (executionType) => {
    const limits = {
      batchSize: 4,
      concurrency: 2,
      inlineBytes: 10_000,
      distributedConcurrency: 8,
      maxImages: 100_000,
      storageMb: 512,
    };
    const objects = objectsOf(() => setup);
    const buckets = { ownBucket: bucket, imageBuckets: [] };
    const services = { objects, bucket, sources: memorySources(), buckets, limits };
    const setup: WithBucket = await withBucket([machine(filled(executionType))], {
      map: (event) => mapImages(event, services),
      classify,
      reduce: (event) => reduceResults(event, { ...services, listBytes: 1_000_000 }),
    });
    try {
      const distinct = Array.from({ length: 200 }, (_, at) => `https://images.test/${at}`);
      const images = [...distinct, ...distinct.slice(0, 10)];
      const arn = await setup.harness.start({ images, topK: 5 }, "list");
      const ended = await setup.harness.ended(arn);
      expect([ended.status, ended.error, ended.cause]).toEqual(["SUCCEEDED", undefined, undefined]);
      const outcome = JSON.parse(ended.output ?? "") as Outcome;
      // Four images crash the sandbox, and one of them is listed twice: five failures. The sixth is the image whose
      // result is too large on its own.
      expect(outcome.counts).toEqual({ total: 210, succeeded: 210 - 5 - 1, failed: 5 + 1 });
      const results = JSON.parse(await setup.get(resultsKey("list", "json"))) as ImageResult[];
      expect(results.map(({ index, image }) => [index, image])).toEqual(images.map((image, at) => [at, image]));
      const messages = results.map((result) => ("error" in result ? result.error.message : undefined));
      for (const [at, message] of messages.entries()) {
        if (broken.poison(at % 200)) expect(message).toContain("(Runtime.ExitError)");
        else if (broken.huge(at)) expect(message).toContain("(States.DataLimitExceeded)");
        else expect(message).toBeUndefined();
      }
    } finally {
      await setup.stop();
    }
  },
  30_000,
);
