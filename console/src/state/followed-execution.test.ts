import { expect, it } from "vitest";
import type { ImageResult } from "../../../contract/workflow.ts";
import { ProblemError } from "../service/problem.ts";
import { Recording } from "../test-support/recording.ts";
import { FollowedExecution } from "./followed-execution.ts";

const arn = "arn:aws:states:us-east-1:000000000000:execution:machine:one";
const definition = JSON.stringify({ StartAt: "Work", States: { Work: { Type: "Task", End: true } } });
const result: ImageResult = {
  index: 0,
  image: "a",
  width: 1,
  height: 1,
  predictions: [{ label: "cat", probability: 1 }],
};

/** An execution that is running when it is first read, and has ended when it is read again. */
function world(
  options: {
    readonly output?: string;
    readonly refuse?: () => Error | undefined;
    readonly refuseResults?: () => Error | undefined;
    readonly mapRun?: boolean;
  } = {},
) {
  const recording = new Recording(JSON.stringify({ images: ["a"], topK: 5 }));
  recording.task("Work");
  if (options.mapRun) recording.add("MapRunStarted", { mapRunArn: "run" });
  recording.add("ExecutionSucceeded");
  let looks = 0;
  let waits = 0;
  const asked: string[] = [];
  const followed = new FollowedExecution(arn, {
    stepFunctions: {
      async describe() {
        const refusal = options.refuse?.();
        if (refusal) throw refusal;
        looks += 1;
        const ended = looks > 1;
        return {
          arn,
          name: "one",
          status: ended ? "SUCCEEDED" : "RUNNING",
          startedAt: 0,
          stoppedAt: undefined,
          itemCount: undefined,
          input: undefined,
          output: ended ? options.output : undefined,
          error: undefined,
          cause: undefined,
          mapRunArn: undefined,
          redrivable: false,
          redriveReason: undefined,
        };
      },
      definition: async () => definition,
      mapRuns: async (executionArn) => {
        asked.push(executionArn);
        return [];
      },
      executions: async () => ({ rows: [], nextToken: undefined }),
      parentOf: async () => undefined,
      pagesOf:
        () =>
        async ({ reverseOrder }) => {
          const events = recording.events.slice(0, looks > 1 ? undefined : 3);
          return { events: reverseOrder ? events.toReversed() : events, nextToken: undefined };
        },
    },
    api: {
      async results(id) {
        asked.push(id);
        const refusal = options.refuseResults?.();
        if (refusal) throw refusal;
        return [result];
      },
    },
    readPlan: async () => [],
    childrenPerLook: 100,
    readsAllChildren: true,
    changed() {},
    visible: () => true,
    async sleep() {
      waits += 1;
      if (waits > 50) throw new Error("It looks forever.");
    },
  });
  return { followed, asked, waits: () => waits };
}

it("looks until the execution has ended, and then no more", async () => {
  const { followed, waits } = world();
  await followed.follow();
  expect(followed.ended).toBe(true);
  expect(waits()).toBe(1);
  expect(followed.history.status).toBe("succeeded");
  expect(followed.drawing?.boxes.map(({ node }) => node.name)).toEqual(["Work"]);
});

it("a call while it is followed ends with the end of the execution, and looks no more often", async () => {
  const { followed, waits } = world();
  const first = followed.follow();
  await followed.follow();
  expect(followed.ended).toBe(true);
  await first;
  expect(waits()).toBe(1);
});

const outcome = {
  executionId: "one",
  counts: { total: 1, succeeded: 1, failed: 0 },
  resultsLocation: { bucket: "b", key: "results/one.json" },
};

it("asks the API for results that were too many for the output", async () => {
  const large = world({ output: JSON.stringify(outcome) });
  await large.followed.follow();
  expect(large.asked).toEqual(["one"]);
  expect(large.followed.images.entries[0]?.result).toEqual(result);
  const small = world({ output: JSON.stringify({ ...outcome, results: [result] }) });
  await small.followed.follow();
  expect(small.asked).toEqual([]);
  expect(small.followed.images.entries[0]?.result).toEqual(result);
});

it("asks again for results after a problem that passes", async () => {
  let refusals = 2;
  const { followed, asked } = world({
    output: JSON.stringify(outcome),
    refuseResults: () => (refusals-- > 0 ? new ProblemError("ServiceUnavailable", "Try again.") : undefined),
  });
  await followed.follow();
  expect(asked).toEqual(["one", "one", "one"]);
  expect(followed.images.entries[0]?.result).toEqual(result);
  expect(followed.problem).toBeUndefined();
});

it("keeps showing why results cannot be read, and reads the children", async () => {
  const { followed, asked } = world({
    output: JSON.stringify(outcome),
    refuseResults: () => new ProblemError("ResultsTooLarge", "Too large.", { lasts: true }),
    mapRun: true,
  });
  await followed.follow();
  await followed.follow();
  expect(asked.filter((each) => each === "one")).toHaveLength(1);
  expect(asked).toContain(arn);
  expect(followed.problem).toEqual({ code: "ResultsTooLarge", message: "Too large." });
});

it("reads Map Runs only when the history has one", async () => {
  const { followed, asked } = world({ mapRun: true });
  await followed.follow();
  expect(asked).toContain(arn);
  const other = world();
  await other.followed.follow();
  expect(other.asked).toEqual([]);
});

it("continues after a problem that passes, and clears it", async () => {
  let refusals = 2;
  const { followed, waits } = world({
    refuse: () => (refusals-- > 0 ? new ProblemError("ThrottlingException", "Slow down.") : undefined),
  });
  await followed.follow();
  expect(waits()).toBe(3);
  expect(followed.problem).toBeUndefined();
  expect(followed.ended).toBe(true);
});

it("gives up on an execution that does not exist, and says so", async () => {
  const { followed, waits } = world({ refuse: () => new ProblemError("ExecutionDoesNotExist", "No such execution.") });
  await followed.follow();
  expect(waits()).toBe(0);
  expect(followed.problem).toEqual({ code: "ExecutionDoesNotExist", message: "No such execution." });
});

it("stops reading a log that is too long, without saying that the execution does not exist", async () => {
  const { followed, waits } = world({ refuse: () => new ProblemError("LogTooLong", "Search for it.") });
  await followed.follow();
  expect([waits(), followed.missing, followed.problem?.code]).toEqual([0, false, "LogTooLong"]);
});

it("stops reading when something else is shown", async () => {
  const { followed, waits } = world({ refuse: () => new ProblemError("ThrottlingException", "Slow down.") });
  followed.release();
  await followed.follow();
  expect(waits()).toBe(0);
});
