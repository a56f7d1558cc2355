import { expect, it } from "vitest";
import { resultsKey } from "../contract/results.ts";
import type { Batch, ImageResult, Outcome } from "../contract/workflow.ts";
import { Wake } from "../contract/workflow.ts";
import { FunctionError } from "../packages/local-aws/src/states/test-support/harness.ts";
import { listWorkflow } from "./support/list-workflow.ts";

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

it.each(["STANDARD", "EXPRESS"] as const)(
  "every image of a long list has one result at its index, however its batch ends (%s child executions)",
  async (executionType) => {
    const setup = await listWorkflow({ executionType, classify });
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
