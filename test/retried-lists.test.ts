import { expect, it } from "vitest";
import { parseResults, type ResultsFormat, resultsFormatOf } from "../contract/results.ts";
import { Batch, type ImageResult, Outcome, Wake } from "../contract/workflow.ts";
import { bucket } from "../packages/local-aws/src/states/test-support/distributed.ts";
import { listWorkflow } from "./support/list-workflow.ts";

const count = 120;
const keyOf = (at: number) => `in/${String(at).padStart(3, "0")}.jpg`;
const imageOf = (at: number) => `s3://photos/${keyOf(at)}`;

/** What happens to an image in the first execution and its retries. */
const gone = (at: number) => at % 40 === 7;
const failures: readonly ((at: number) => boolean)[] = [(at) => at % 3 === 0, (at) => at % 30 === 0, () => false];

/** A `classify` for which the host of some images is down, fewer in each execution, and which remembers its calls. */
function classifier() {
  const asked: number[][] = failures.map(() => []);
  let execution = 0;
  const classify = (payload: unknown): object => {
    if (Wake.safeParse(payload).success) return { results: [] };
    const { Items } = Batch.parse(payload);
    asked[execution]?.push(...Items.map(({ index }) => index));
    const code = (at: number) => (gone(at) ? "ImageNotFound" : failures[execution]?.(at) ? "UpstreamError" : undefined);
    return {
      results: Items.map((item) => {
        const error = code(item.index);
        return error === undefined
          ? { ...item, width: 1, height: 1, predictions: [{ label: `tabby ${execution}`, probability: 1 }] }
          : { ...item, error: { code: error, message: "It failed." } };
      }),
    };
  };
  return { asked, classify, next: () => ++execution };
}
const numbers = (matching: (at: number) => boolean) => Array.from({ length: count }, (_, at) => at).filter(matching);

it.each([
  ["one JSON list", 1_000_000, "json"],
  ["lines of JSON", 100, "jsonl"],
] as const)(
  "an execution of a prefix and its retries end with the full list, and classify nothing twice: %s",
  async (_form, listBytes, format: ResultsFormat) => {
    const { asked, classify, next } = classifier();
    const images = Object.fromEntries(numbers(() => true).map((at) => [`photos/${keyOf(at)}`, "x"]));
    const sources = { ...images, "photos/in/notes.txt": "x" };
    const setup = await listWorkflow({ classify, sources, listBytes });
    const read = async (input: object, name: string) => {
      const arn = await setup.harness.start(input, name);
      const { status, output, cause } = await setup.harness.ended(arn);
      expect([status, cause]).toEqual(["SUCCEEDED", undefined]);
      const outcome = Outcome.parse(JSON.parse(output ?? ""));
      expect(resultsFormatOf(outcome.resultsLocation)).toBe(format);
      const text = await setup.get(outcome.resultsLocation.key);
      return { outcome, results: parseResults(text, format) as readonly ImageResult[] };
    };
    const retryOf = (id: string) => ({
      retryOf: id,
      results: { bucket, key: `results/${id}.${format}` },
      topK: 5,
      skipped: 1,
    });
    try {
      const first = await read({ images: "s3://photos/in/" }, "first");
      expect(first.outcome.counts).toMatchObject({ total: count, skipped: 1 });
      expect(first.outcome.transient).toBe(numbers((at) => at % 3 === 0 && !gone(at)).length);

      next();
      const second = await read(retryOf("first"), "second");
      expect(asked[1]?.toSorted((one, other) => one - other)).toEqual(numbers((at) => at % 3 === 0 && !gone(at)));
      expect(second.outcome).toMatchObject({ counts: { total: count, skipped: 1 }, transient: count / 30 });
      expect(second.outcome.classified?.total).toBe(asked[1]?.length);

      next();
      const third = await read(retryOf("second"), "third");
      expect(asked[2]?.toSorted((one, other) => one - other)).toEqual(numbers((at) => at % 30 === 0));
      expect(third.outcome).toMatchObject({ transient: 0, topK: 5 });
      expect(third.results.map(({ index, image }) => [index, image])).toEqual(
        numbers(() => true).map((at) => [at, imageOf(at)]),
      );
      const labels = third.results.map((result) =>
        "error" in result ? result.error.code : result.predictions[0]?.label,
      );
      expect(labels).toEqual(
        numbers(() => true).map((at) =>
          gone(at) ? "ImageNotFound" : at % 30 === 0 ? "tabby 2" : at % 3 === 0 ? "tabby 1" : "tabby 0",
        ),
      );
    } finally {
      await setup.stop();
    }
  },
  60_000,
);
