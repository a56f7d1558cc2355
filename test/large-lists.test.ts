import { expect, it, vi } from "vitest";
import type { Batch, ImageResult, Outcome } from "../contract/workflow.ts";
import { resultsKey, Wake } from "../contract/workflow.ts";
import { mapImages } from "../functions/map/map.ts";
import { reduceResults } from "../functions/reduce/reduce.ts";
import type { JsonObjects } from "../functions/shared/objects.ts";
import { bucket, type WithBucket, withBucket } from "../packages/local-aws/src/states/test-support/distributed.ts";
import { FunctionError, functionArn, machine } from "../packages/local-aws/src/states/test-support/harness.ts";
import { testWorkflow } from "./support/workflows.ts";

vi.mock("../functions/shared/log.ts", () => ({ log: () => {} }));

/** The real workflow, `map` and `reduce` around a `classify` that goes wrong in every way, without a model. */
function filled(distributedMapExecutionType: "STANDARD" | "EXPRESS"): string {
  const text = testWorkflow("deep-learning-workflow", functionArn, { distributedMapExecutionType });
  // The clock of this stand jumps while files are read, and would end what is bounded in time.
  const unbounded = (key: string, value: unknown) => (key === "TimeoutSeconds" ? undefined : value);
  return JSON.stringify(JSON.parse(text), unbounded);
}

/** What `classify` does with an image, by its name. */
const broken = {
  /** Breaks the sandbox of every call that it is in. */
  poison: (at: number) => at % 50 === 7,
  /** Gives more than its child execution's state carries. */
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

function objectsOf(stand: () => WithBucket): JsonObjects {
  return {
    read: async ({ key }) => JSON.parse(await stand().get(key)),
    async *stream({ key }) {
      yield Buffer.from(await stand().get(key));
    },
    write: async ({ key }, text) => stand().put(key, text.toString()),
  };
}

it.each(["STANDARD", "EXPRESS"] as const)(
  "every image of a long list has one answer in its place, whatever becomes of its batch (%s child executions)",
  async (executionType) => {
    const limits = { batchSize: 4, concurrency: 2, inlineBytes: 10_000, distributedConcurrency: 8, maxImages: 100_000 };
    const services = { objects: objectsOf(() => stand), bucket, limits };
    const stand: WithBucket = await withBucket([machine(filled(executionType))], {
      map: (event) => mapImages(event, services),
      classify,
      reduce: (event) => reduceResults(event, services),
    });
    try {
      const distinct = Array.from({ length: 200 }, (_, at) => `https://images.test/${at}`);
      const images = [...distinct, ...distinct.slice(0, 10)];
      const arn = await stand.harness.start({ images, topK: 5 }, "list");
      const ended = await stand.harness.ended(arn);
      expect([ended.status, ended.error, ended.cause]).toEqual(["SUCCEEDED", undefined, undefined]);
      const outcome = JSON.parse(ended.output ?? "") as Outcome;
      // Four poisonous images and one of them again; and the one image whose result alone is too large.
      expect(outcome.counts).toEqual({ total: 210, succeeded: 210 - 5 - 1, failed: 5 + 1 });
      const answers = JSON.parse(await stand.get(resultsKey("list"))) as ImageResult[];
      expect(answers.map(({ index, image }) => [index, image])).toEqual(images.map((image, at) => [at, image]));
      const messages = answers.map((answer) => ("error" in answer ? answer.error.message : undefined));
      for (const [at, message] of messages.entries()) {
        if (broken.poison(at % 200)) expect(message).toContain("(Runtime.ExitError)");
        else if (broken.huge(at)) expect(message).toContain("(States.DataLimitExceeded)");
        else expect(message).toBeUndefined();
      }
    } finally {
      await stand.stop();
    }
  },
  30_000,
);
