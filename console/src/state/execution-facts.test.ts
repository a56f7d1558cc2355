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

it("reads again what was described just before its end, and not without a pause", async () => {
  const statuses = ["RUNNING", "RUNNING", "SUCCEEDED"];
  let asked = 0;
  const describe = async (arn: string): Promise<Description> => {
    const status = statuses[asked++] ?? "SUCCEEDED";
    const output = status === "RUNNING" ? undefined : JSON.stringify(outcome);
    return { ...row(arn, status), ...noData, output };
  };
  const rows = [row("a", "SUCCEEDED")];
  const reader: FactReader = new FactReader({ describe }, () => reader.want(rows));
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  reader.want(rows);
  await settled();
  expect([asked, reader.of("a")?.failed]).toEqual([1, undefined]);
  for (let turn = 0; turn < 4; turn += 1) {
    reader.want(rows);
    await settled();
  }
  expect([asked, reader.of("a")?.failed]).toEqual([3, 6]);
});

it("keeps the facts of those that are wanted, and of a bounded number of others", async () => {
  const asked: string[] = [];
  const describe = async (arn: string): Promise<Description> => {
    asked.push(arn);
    return { ...row(arn, "SUCCEEDED"), ...noData };
  };
  const reader = new FactReader({ describe }, () => {});
  const rows = Array.from({ length: 4_000 }, (_, at) => row(`e${at}`, "SUCCEEDED"));
  reader.want(rows);
  await expect.poll(() => asked.length).toBe(4_000);
  await expect.poll(() => reader.of("e3999")).toBeDefined();
  reader.want([row("e0", "SUCCEEDED")]);
  expect(["e0", "e1", "e1999", "e2000", "e3999"].map((arn) => reader.of(arn) !== undefined)).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
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
