import { describe, expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "../history/history.ts";
import { Images } from "./images.ts";

const batchOf = (index: number, image: string, duplicates: readonly number[] = []): string =>
  JSON.stringify({ BatchInput: { executionId: "e", topK: 5 }, Items: [{ index, image, duplicates }] });
const good = (index: number, image: string, duplicates: readonly number[] = []) => ({
  index,
  image,
  duplicates,
  width: 10,
  height: 20,
  predictions: [{ label: "cat", probability: 0.9 }],
});
const bad = (index: number, image: string) => ({
  index,
  image,
  duplicates: [],
  error: { code: "ImageNotFound", message: "It is not there." },
});
const results = (...list: readonly unknown[]): string => JSON.stringify({ results: list });

function gather({ events }: Recording): Images {
  const history = new History();
  const images = new Images();
  for (const event of events) {
    history.append([event]);
    images.update(history);
  }
  return images;
}

const brief = (images: Images) =>
  images.entries.map(({ image, state, result }) => [
    image,
    result ? ("error" in result ? result.error.code : result.predictions[0]?.label) : state,
  ]);
const complete = (images: Images) => images.entries.every(({ result }) => result !== undefined);

it("shows the requested images before anything else is known", () => {
  const images = gather(new Recording(JSON.stringify({ images: ["a", "b"], topK: 5 })));
  expect(brief(images)).toEqual([
    ["a", "waiting"],
    ["b", "waiting"],
  ]);
  expect(complete(images)).toBe(false);
});

it("shows an error code that only a newer release knows", () => {
  const recording = new Recording(JSON.stringify({ images: ["a"], topK: 5 }));
  const result = { ...bad(0, "a"), error: { code: "NoColours", message: "It has none." } };
  recording.task("Classify", undefined, { input: batchOf(0, "a"), output: results(result) });
  expect(brief(gather(recording))).toEqual([["a", "NoColours"]]);
});

it("shows a result as soon as its batch has ended, and what is being worked on", () => {
  const recording = new Recording(JSON.stringify({ images: ["a", "b", "c"], topK: 5 }));
  recording.enter("Map", "Each");
  const started = recording.add("MapStateStarted", { length: 3 });
  const first = recording.add("MapIterationStarted", { name: "Each", index: 0 }, started);
  const second = recording.add("MapIterationStarted", { name: "Each", index: 1 }, started);
  const entered = recording.enter("Task", "Classify", second, batchOf(1, "b"));
  recording.add("TaskStarted", {}, recording.add("TaskScheduled", {}, entered));
  recording.task("Classify", first, { input: batchOf(0, "a"), output: results(bad(0, "a")) });
  expect(brief(gather(recording))).toEqual([
    ["a", "ImageNotFound"],
    ["b", "running"],
    ["c", "waiting"],
  ]);
});

it("distinguishes a scheduled batch, one that is being classified, and one whose call failed", () => {
  const recording = new Recording(JSON.stringify({ images: ["a"], topK: 5 }));
  recording.enter("Task", "Classify", undefined, batchOf(0, "a"));
  recording.add("TaskScheduled");
  expect(brief(gather(recording))).toEqual([["a", "queued"]]);
  recording.add("TaskStarted");
  expect(brief(gather(recording))).toEqual([["a", "running"]]);
  recording.add("TaskFailed", { error: "Runtime.ExitError" });
  expect(brief(gather(recording))).toEqual([["a", "queued"]]);
  recording.exit("Task", "Classify");
  expect(brief(gather(recording))).toEqual([["a", "waiting"]]);
});

it("shows a result at every index of the same image", () => {
  const recording = new Recording(JSON.stringify({ images: ["a", "b", "a"], topK: 5 }));
  recording.task("Classify", undefined, { input: batchOf(0, "a", [2]), output: results(good(0, "a", [2])) });
  expect(brief(gather(recording))).toEqual([
    ["a", "cat"],
    ["b", "waiting"],
    ["a", "cat"],
  ]);
});

it("shows of a child execution its own images, under their numbers in the list", () => {
  const recording = new Recording(batchOf(35, "x"));
  recording.task("Classify (child)", undefined, { input: batchOf(35, "x"), output: results(good(35, "x")) });
  const images = gather(recording);
  expect(images.entries.map(({ index, image }) => [index, image])).toEqual([[35, "x"]]);
  expect(complete(images)).toBe(true);
});

it("knows the images of a request that went through the bucket from the plan", () => {
  const recording = new Recording(JSON.stringify({ request: { bucket: "b", key: "requests/1.json" } }));
  const batches = [JSON.parse(batchOf(0, "a", [1]))];
  recording.task("Map images", undefined, { output: JSON.stringify({ executionId: "e", total: 2, batches }) });
  expect(brief(gather(recording))).toEqual([
    ["a", "waiting"],
    ["a", "waiting"],
  ]);
});

it("takes the results of the last state as they are", () => {
  const recording = new Recording(JSON.stringify({ images: ["a"], topK: 5 }));
  const { duplicates: _, ...result } = good(0, "a");
  const outcome = {
    executionId: "e",
    counts: { total: 1, succeeded: 1, failed: 0 },
    resultsLocation: { bucket: "b", key: "results/e.json" },
    results: [result],
  };
  recording.task("Reduce results", undefined, { output: JSON.stringify(outcome) });
  const images = gather(recording);
  expect(complete(images)).toBe(true);
  expect(images.entries[0]?.result).toEqual(result);
});

it("is not misled by data of other shapes", () => {
  const recording = new Recording("not JSON");
  recording.task("Other", undefined, { input: '{"Items":"none"}', output: '{"results":[{"index":-1}]}' });
  expect(gather(recording).entries).toEqual([]);
});

describe("of a Distributed Map", () => {
  const large = { executionId: "e", total: 4, plan: { bucket: "b", key: "plans/e.json" }, batchSize: 2, topK: 5 };
  const planned = (): Recording => {
    const recording = new Recording(JSON.stringify({ request: { bucket: "b", key: "requests/1.json" } }));
    recording.task("Map images", undefined, { output: JSON.stringify(large) });
    return recording;
  };

  it("counts every image of the plan before one of them is named", () => {
    const images = gather(planned());
    expect(images.entries.map(({ image, state }) => [image, state])).toEqual(
      Array.from({ length: 4 }, () => [undefined, "waiting"]),
    );
    expect(images.unreadPlan).toEqual(large.plan);
  });

  it("names the images by the plan, duplicates included, and reads it once", () => {
    const images = gather(planned());
    images.takePlan([
      { index: 0, image: "a", duplicates: [3] },
      { index: 1, image: "b", duplicates: [] },
      { index: 2, image: "c", duplicates: [] },
    ]);
    expect(images.entries.map(({ image }) => image)).toEqual(["a", "b", "c", "a"]);
    expect(images.unreadPlan).toBeUndefined();
  });

  it("takes states and results from the children as they end", () => {
    const images = gather(planned());
    const child = { arn: "child-1", input: batchOf(1, "b", [2]), output: undefined };
    images.takeChild({ ...child, state: "running" });
    expect(images.entries.map(({ state }) => state)).toEqual(["waiting", "running", "running", "waiting"]);
    images.takeChild({ ...child, state: "ended", output: results(good(1, "b", [2])) });
    expect(images.entries.map(({ state }) => state)).toEqual(["waiting", "done", "done", "waiting"]);
    expect(images.entries[2]).toMatchObject({ index: 2, image: "b", childArn: "child-1" });
  });

  it("shows what was finished when the execution is stopped, and the rest without a result", () => {
    const images = gather(planned());
    images.takeChild({ arn: "c", state: "ended", input: batchOf(0, "a"), output: results(bad(0, "a")) });
    images.end(true);
    expect(images.entries.map(({ state }) => state)).toEqual(["failed", "aborted", "aborted", "aborted"]);
    images.end(false);
    expect(images.entries[1]?.state).toBe("waiting");
  });

  it("distinguishes images of a child that failed from those of one that was stopped", () => {
    const images = gather(planned());
    images.takeChild({ arn: "c", state: "failed", input: batchOf(0, "a"), output: undefined });
    images.takeChild({ arn: "d", state: "aborted", input: batchOf(1, "b"), output: undefined });
    expect(images.entries.map(({ state }) => state)).toEqual(["failed", "aborted", "waiting", "waiting"]);
    images.end(true);
    expect(images.entries.map(({ state }) => state)).toEqual(["failed", "aborted", "aborted", "aborted"]);
  });
});
