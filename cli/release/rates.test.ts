import type { SFNClient } from "@aws-sdk/client-sfn";
import { DescribeExecutionCommand, type ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { RateReader, type ReadResults } from "./rates.ts";

const version = "arn:aws:states:eu-west-1:123456789012:stateMachine:m:1";
const began = new Date(1_000_000);
const outcome = (failed: number, results?: readonly object[]) => ({
  executionId: "e",
  release: "0123456789ab",
  counts: { total: 2, succeeded: 2 - failed, failed },
  resultsLocation: { bucket: "b", key: "results/e.json" },
  ...(results && { results }),
});

/** Step Functions with executions of these outputs, in pages. */
function reader(pages: readonly (readonly unknown[])[], readResults: ReadResults = async () => []): RateReader {
  const send = async (command: ListExecutionsCommand | DescribeExecutionCommand) => {
    if (command instanceof DescribeExecutionCommand) {
      const [page = 0, at = 0] = (command.input.executionArn ?? "").split(" ").map(Number);
      return { output: JSON.stringify(pages[page]?.[at]) };
    }
    const page = Number(command.input.nextToken ?? 0);
    return {
      executions: pages[page]?.map((_, at) => ({
        executionArn: `${page} ${at}`,
        status: "SUCCEEDED",
        startDate: began,
      })),
      nextToken: page + 1 < pages.length ? String(page + 1) : undefined,
    };
  };
  return new RateReader({ send } as unknown as SFNClient, readResults);
}

it("counts the images that failed because of the release", async () => {
  const error = (code: string) => ({ index: 0, image: "a", error: { code, message: "It failed." } });
  const results = [error("ClassificationFailed"), error("ImageNotFound")];
  expect(await reader([[outcome(2, results)]]).since(version, began)).toEqual({
    executions: 1,
    failedExecutions: 0,
    images: 2,
    failedImages: 1,
  });
});

it("reads pages that are not full", async () => {
  expect(await reader([[outcome(0)], [], [outcome(0), outcome(0)]]).since(version, began)).toMatchObject({
    executions: 3,
    images: 6,
  });
});

it.each<[string, unknown, ReadResults]>([
  ["another output", { done: true }, async () => []],
  ["no output", null, async () => []],
  ["results that cannot be read", outcome(1), async () => undefined],
])("counts an execution with %s as failed", async (_what, output, readResults) => {
  expect(await reader([[output]], readResults).since(version, began)).toMatchObject({
    executions: 1,
    failedExecutions: 1,
  });
});
