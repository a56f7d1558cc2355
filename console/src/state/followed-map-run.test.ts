import { expect, it } from "vitest";
import type { ImageResult } from "../../../contract/workflow.ts";
import { Recording } from "../test-support/recording.ts";
import { FollowedExecution } from "./followed-execution.ts";

const arn = "arn:aws:states:us-east-1:000000000000:execution:machine:one";
const definition = JSON.stringify({ StartAt: "Plan", States: { Plan: { Type: "Task", End: true } } });
const names = ["a", "b", "c", "d"];
const plan = { bucket: "b", key: "plans/one.json" };
const items = names.map((image, index) => ({ index, image, duplicates: [] }));
const resultOf = (index: number): ImageResult => {
  return { index, image: names[index] ?? "", error: { code: "ImageNotFound", message: "Gone." } };
};
const noCounts = { total: 0, pending: 0, running: 0, succeeded: 0, failed: 0, aborted: 0 };

/** A Map Run with one child per image, of an execution that has ended or that never ends by itself. */
function world({ status, readsAllChildren }: { readonly status: string; readonly readsAllChildren: boolean }) {
  const recording = new Recording(JSON.stringify({ request: { bucket: "b", key: "requests/1.json" } }));
  const large = { executionId: "one", total: names.length, plan, batchSize: 1, topK: 5 };
  recording.task("Plan", undefined, { output: JSON.stringify(large) });
  recording.add("MapRunStarted", { mapRunArn: "run" });
  if (status === "SUCCEEDED") recording.add("ExecutionSucceeded");
  const outcome = {
    executionId: "one",
    counts: { total: 4, succeeded: 0, failed: 4 },
    resultsLocation: { bucket: "b", key: "results/one.json" },
  };
  const rowOf = (child: string) => {
    return { arn: child, name: child, status: "SUCCEEDED", startedAt: 0, stoppedAt: 1, itemCount: 1 };
  };
  const childHistory = (index: number) => {
    const input = JSON.stringify({ BatchInput: { executionId: "one", topK: 5 }, Items: [items[index]] });
    const output = JSON.stringify({ results: [{ ...resultOf(index), duplicates: [] }] });
    const child = new Recording(input);
    child.task("Classify", undefined, { input, output });
    child.add("ExecutionSucceeded", { output });
    return child.events;
  };
  let looks = 0;
  const read: string[] = [];
  const followed: FollowedExecution = new FollowedExecution(arn, {
    stepFunctions: {
      async describe() {
        const rest = { error: undefined, cause: undefined, mapRunArn: undefined, redriveReason: undefined };
        const output = status === "SUCCEEDED" ? JSON.stringify(outcome) : undefined;
        return { ...rowOf(arn), ...rest, status, input: undefined, output, redrivable: false };
      },
      definition: async () => definition,
      mapRuns: async () => {
        const counts = { ...noCounts, total: 4, succeeded: 3, running: 1 };
        return [{ arn: "run", label: "Each", status, items: counts, children: counts }];
      },
      executions: async ({ status: wanted }) => {
        const rows = wanted === "RUNNING" ? [] : names.map((name) => rowOf(`child-${name}`));
        return { rows, nextToken: undefined };
      },
      parentOf: async () => undefined,
      pagesOf: (executionArn) => async () => {
        if (executionArn === arn) return { events: recording.events, nextToken: undefined };
        read.push(executionArn);
        return { events: childHistory(names.indexOf(executionArn.slice(-1))), nextToken: undefined };
      },
    },
    api: { results: async () => names.map((_, index) => resultOf(index)) },
    readPlan: async () => items,
    childrenPerLook: 1,
    readsAllChildren,
    changed() {},
    visible: () => true,
    async sleep() {
      looks += 1;
      if (looks === 2 && status === "RUNNING") followed.release();
      if (looks > 50) throw new Error("It looks forever.");
    },
  });
  return { followed, read };
}

it("names the images by the plan before their children are read, and counts what the Map Run says is done", async () => {
  const { followed } = world({ status: "RUNNING", readsAllChildren: true });
  await followed.follow();
  expect(followed.images.entries.map(({ image }) => image)).toEqual(names);
  expect(followed.images.entries.map(({ state }) => state)).toEqual(["failed", "failed", "waiting", "waiting"]);
  expect(followed.doneByMapRuns).toBe(3);
});

it("reads every child on one machine, so that each image leads to its child and each state has counts", async () => {
  const { followed } = world({ status: "SUCCEEDED", readsAllChildren: true });
  await followed.follow();
  expect(followed.images.entries.map(({ childArn }) => childArn)).toEqual(names.map((name) => `child-${name}`));
  expect(followed.childStates.tallies.get("Classify")).toMatchObject({ total: 4, status: "succeeded" });
});

it("of a deployed stack reads no more children than it needs, and on until that of a selected image is found", async () => {
  const { followed, read } = world({ status: "SUCCEEDED", readsAllChildren: false });
  await followed.follow();
  expect(followed.images.resultCount).toBe(4);
  expect(read).toEqual(["child-a"]);
  followed.seek(2);
  await followed.follow();
  await expect.poll(() => followed.images.entries[2]?.childArn).toBe("child-c");
  expect(read).toEqual(["child-a", "child-b", "child-c"]);
});
