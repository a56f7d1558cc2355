import { expect, it } from "vitest";
import type { Description, ExecutionRow } from "../service/step-functions.ts";
import { FactReader, factsOf } from "./execution-facts.ts";

const outcome = {
  executionId: "e",
  counts: { total: 7, succeeded: 1, failed: 6 },
  resultsLocation: { bucket: "b", key: "k" },
};

it("names the first images and counts those that failed", () => {
  const input = { images: ["https://a.example/x/dog.jpg?v=1", "s3://b/cat.png", "https://c.example/3", "d"], topK: 5 };
  expect(factsOf(JSON.stringify(input), JSON.stringify(outcome))).toEqual({
    images: ["https://a.example/x/dog.jpg?v=1", "s3://b/cat.png", "https://c.example/3"],
    classified: false,
    total: 7,
    failed: 6,
    input: "",
    text: JSON.stringify(input).toLowerCase(),
  });
});

it("shows the beginning of an input that names no images", () => {
  expect(factsOf('{"message":"hello"}', undefined)).toMatchObject({ images: [], input: '{"message":"hello"}' });
});

it("says of a child execution how many of its images failed", () => {
  const image = "https://a.example/dog.jpg";
  const batch = { BatchInput: { executionId: "e", topK: 5 }, Items: [{ index: 4, image, duplicates: [] }] };
  const error = { code: "ImageNotFound", message: "There is no image." };
  const results = [{ index: 4, image, duplicates: [], error }];
  expect(factsOf(JSON.stringify(batch), undefined)).toMatchObject({ images: [image], total: 1, failed: undefined });
  expect(factsOf(JSON.stringify(batch), JSON.stringify({ results }))).toMatchObject({ total: 1, failed: 1 });
});

it("reads what is visible, and an execution that has ended once", async () => {
  const asked: string[] = [];
  let done = (): void => {};
  const describe = async (arn: string): Promise<Description> => {
    asked.push(arn);
    return { ...row(arn, "SUCCEEDED"), ...noData };
  };
  const reader = new FactReader({ describe }, () => done());
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  reader.want([row("a", "RUNNING"), row("b", "SUCCEEDED")]);
  await settled();
  reader.want([row("a", "RUNNING"), row("b", "SUCCEEDED")]);
  await settled();
  expect(asked).toEqual(["a", "b"]);
  reader.want([row("a", "FAILED"), row("b", "SUCCEEDED")]);
  await settled();
  expect(asked).toEqual(["a", "b", "a"]);
  done = () => {};
});

const noData = {
  input: undefined,
  output: undefined,
  error: undefined,
  cause: undefined,
  mapRunArn: undefined,
  redrivable: false,
  redriveReason: undefined,
};

function row(arn: string, status: string): ExecutionRow {
  return { arn, name: arn, status, startedAt: 0, stoppedAt: undefined, itemCount: undefined };
}
