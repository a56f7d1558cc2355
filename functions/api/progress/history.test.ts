import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import type { InlinePlan, Item, LargePlan } from "../../../contract/workflow.ts";
import { readHistory } from "./history.ts";

const item = (index: number): Item => ({ index, image: `image ${index}`, duplicates: [index + 100] });
const exited = (name: string, output: unknown): HistoryEvent => ({
  timestamp: new Date(0),
  type: "TaskStateExited",
  id: 1,
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});
const results = (...indexes: number[]) => ({
  results: indexes.map((index) => ({ ...item(index), error: { code: "ImageNotFound", message: "gone" } })),
});
const BatchInput = { executionId: "x", topK: 1 };
const inline: InlinePlan = {
  executionId: "x",
  total: 8,
  batches: [
    { BatchInput, Items: [item(0), item(1)] },
    { BatchInput, Items: [item(2), item(3)] },
  ],
};
const large: LargePlan = {
  executionId: "x",
  total: 8,
  plan: { bucket: "own", key: "plans/x.json" },
  items: 4,
  batchSize: 2,
  topK: 1,
};

it("counts distinct images, whichever states their results come from", () => {
  const caught = { ...inline.batches[1], failure: { Error: "Runtime.ExitError" } };
  const events = [
    exited("Map images", inline),
    exited("Classify", results(0, 1)),
    exited("Classify", caught),
    exited("Classify one image", results(2)),
  ];
  expect(readHistory(events)).toEqual({ total: 4, done: 3, mapRunArn: undefined });
  const rest = [
    exited("Image failed", results(3)),
    exited("Classify one by one", results(2, 3)),
    exited("Classify batches", { executionId: "x", total: 8, batches: [results(0, 1), results(2, 3)] }),
    exited("Reduce results", { ...results(0, 1, 2, 3, 100, 101, 102, 103), counts: {} }),
  ];
  expect(readHistory([...events, ...rest])).toEqual({ total: 4, done: 4, mapRunArn: undefined });
});

it("counts an image whose error code only a newer release knows", () => {
  const unknown = { results: [{ ...item(0), error: { code: "NoColours", message: "none" } }] };
  expect(readHistory([exited("Map images", inline), exited("Classify", unknown)])).toMatchObject({ done: 1 });
});

it("knows no number of images before they are planned", () => {
  expect(readHistory([])).toEqual({ total: undefined, done: 0, mapRunArn: undefined });
});

it("finds the items of a large plan, and the Map Run that works on it", () => {
  const started: HistoryEvent = {
    timestamp: new Date(0),
    type: "MapRunStarted",
    id: 2,
    mapRunStartedEventDetails: { mapRunArn: "arn:run" },
  };
  expect(readHistory([exited("Map images", large), started])).toEqual({ total: 4, done: 0, mapRunArn: "arn:run" });
});
