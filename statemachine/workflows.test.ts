import { describe, expect, it } from "vitest";
import { AwsError } from "#local-aws";
import { apiLimits } from "../contract/limits.ts";
import { FunctionError, type Handlers } from "../packages/local-aws/src/states/test-support/harness.ts";
import { runOnce } from "../packages/local-aws/src/states/test-support/run-once.ts";
import { shippedWorkflow as workflow } from "./test-support/shipped-workflow.ts";

const item = (index: number) => ({ index, image: `https://images.test/${index}.jpg`, duplicates: [] });
const plan = (batches: number, size = 1) => ({
  executionId: "id",
  total: batches * size,
  batches: Array.from({ length: batches }, (_, batch) => ({
    BatchInput: { executionId: "id", topK: 5 },
    Items: Array.from({ length: size }, (_, index) => item(batch * size + index)),
  })),
});
interface Batch {
  readonly Items: readonly { readonly index: number }[];
}
const classified = (batch: unknown) => ({
  results: (batch as Batch).Items.map(({ index }) => ({ index, label: "panda" })),
});

/** The functions of the main workflows; a test overrides what it is about. */
const good: Handlers = {
  Map: () => plan(3),
  Classify: classified,
  Reduce: (input) => ({
    results: (input as { classified: { batches: { results: unknown[] }[] } }).classified.batches.flatMap(
      ({ results }) => results,
    ),
  }),
};
const throttled = () => {
  throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
};
const broken = () => {
  throw new FunctionError("Runtime.ExitError");
};
const callOf = (state: string, attempt = 0) => ({
  execution: expect.stringMatching(/:execution:machine:one$/),
  state,
  attempt,
});
const never = () => new Promise(() => {});

describe.each(["deep-learning-workflow", "classify-now"] as const)("%s", (file) => {
  const definition = workflow(file);
  const run = (handlers: Handlers = {}) => runOnce(definition, { images: ["a"], topK: 5 }, { ...good, ...handlers });

  it("plans, classifies each batch and merges in order", async () => {
    const done = await run();
    expect(done.status).toBe("SUCCEEDED");
    expect(done.output).toEqual({ results: [0, 1, 2].map((index) => ({ index, label: "panda" })) });
    const deadline = { startedAt: expect.any(String), seconds: apiLimits.syncClassifySeconds };
    expect(done.calls[0]?.payload).toEqual({
      call: callOf("Map images"),
      executionId: expect.any(String),
      input: { images: ["a"], topK: 5 },
      ...(file === "classify-now" && { deadline }),
    });
    expect(done.calls.map(({ caller }) => caller.roleArn)).toEqual(
      Array(5).fill("arn:aws:iam::000000000000:role/machine"),
    );
    expect(done.waiting).toBe(0);
  });

  it("says of each call which attempt of which state it is", async () => {
    let calls = 0;
    const Classify = (batch: unknown) => (++calls === 1 ? throttled() : classified(batch));
    const done = await run({ Map: () => plan(1), Classify });
    expect(done.calls.map(({ payload }) => (payload as { call: unknown }).call)).toEqual([
      callOf("Map images"),
      callOf("Classify", 0),
      callOf("Classify", 1),
      callOf("Reduce results"),
    ]);
  });

  it("retries a throttled classification, each wait below its doubled bound", async () => {
    // The machine of 25 s has no time for six.
    const retries = file.startsWith("classify-now") ? 3 : 6;
    let left = retries;
    const done = await run({ Map: () => plan(1), Classify: (batch) => (left-- > 0 ? throttled() : classified(batch)) });
    expect(done.status).toBe("SUCCEEDED");
    expect(done.calls.filter(({ name }) => name === "Classify")).toHaveLength(retries + 1);
    const waits = done.slept.filter((milliseconds) => milliseconds % 1_000 !== 0);
    expect(waits).toHaveLength(retries);
    for (const [retry, milliseconds] of waits.entries()) {
      expect(milliseconds).toBeLessThan(Math.min(2 ** retry, 20) * 1_000);
    }
    const failed = done.events.find(({ type }) => type === "TaskFailed");
    expect(failed?.taskFailedEventDetails).toMatchObject({
      error: "Lambda.TooManyRequestsException",
      resourceType: "lambda",
    });
  });

  it("classifies image by image when a batch keeps failing, so that one image costs one result", async () => {
    const done = await run({
      Map: () => plan(1, 3),
      Classify: (batch) => {
        if ((batch as Batch).Items.some(({ index }) => index === 1)) throw new FunctionError("Runtime.ExitError");
        return classified(batch);
      },
    });
    expect(done.output).toEqual({
      results: [
        { index: 0, label: "panda" },
        {
          ...item(1),
          error: {
            code: "ClassificationFailed",
            message: "The classification of this image ended without a result (Runtime.ExitError).",
          },
        },
        { index: 2, label: "panda" },
      ],
    });
    // The batch three times (two retries), then each of its images once, and the one that breaks its sandbox once more.
    expect(
      done.calls.filter(({ name }) => name === "Classify").map(({ payload }) => (payload as Batch).Items.length),
    ).toEqual([3, 3, 3, 1, 1, 1, 1]);
  });

  it("says of an image that took too long that it timed out", async () => {
    const done = await run({
      Map: () => plan(1, 2),
      Classify: (batch) => ((batch as Batch).Items.some(({ index }) => index === 0) ? never() : classified(batch)),
    });
    const expected = file.startsWith("classify-now")
      ? // A minute for the batch is more than the 25 s of the machine itself.
        { status: "TIMED_OUT", output: undefined }
      : {
          status: "SUCCEEDED",
          output: {
            results: [
              expect.objectContaining({
                error: { code: "ClassificationTimeout", message: expect.stringContaining("States.Timeout") },
              }),
              { index: 1, label: "panda" },
            ],
          },
        };
    expect(done).toMatchObject(expected);
  });

  it.each([
    ["Map", "Lambda.TooManyRequestsException", throttled, { standard: 10, express: 3 }],
    ["Reduce", "Lambda.TooManyRequestsException", throttled, { standard: 10, express: 3 }],
    ["Map", "Runtime.ExitError", broken, { standard: 3, express: 3 }],
    ["Reduce", "Runtime.ExitError", broken, { standard: 3, express: 3 }],
  ] as const)(
    "retries %s after %s a bounded number of times, and then fails with it",
    async (name, error, fails, most) => {
      const done = await run({ [name]: fails });
      expect(done).toMatchObject({ status: "FAILED", error });
      const retries = file === "classify-now" ? most.express : most.standard;
      expect(done.calls.filter((call) => call.name === name)).toHaveLength(retries + 1);
    },
  );

  it("ends with the error of a throttled classification where somebody waits, and gives the image an error elsewhere", async () => {
    const done = await run({ Map: () => plan(1), Classify: throttled });
    if (file === "classify-now") {
      expect(done).toMatchObject({ status: "FAILED", error: "Lambda.TooManyRequestsException" });
      return;
    }
    expect(done).toMatchObject({
      status: "SUCCEEDED",
      output: { results: [{ error: { code: "ClassificationFailed" } }] },
    });
    // The batch with its six retries, then its image with five.
    expect(done.calls.filter(({ name }) => name === "Classify")).toHaveLength(7 + 6);
  });

  it("classifies an image after a call without a result, which is tried again for the image alone", async () => {
    let left = 4;
    const done = await run({ Map: () => plan(1), Classify: (batch) => (left-- > 0 ? broken() : classified(batch)) });
    expect(done.output).toEqual({ results: [{ index: 0, label: "panda" }] });
  });

  it("does not retry an error that the planner throws about its input", async () => {
    const refuse = () => {
      throw new FunctionError("InvalidRequest", "no images");
    };
    const done = await run({ Map: refuse });
    expect(done).toMatchObject({ status: "FAILED", error: "InvalidRequest", calls: { length: 1 } });
    expect(JSON.parse(done.cause ?? "")).toMatchObject({ errorType: "InvalidRequest", errorMessage: "no images" });
  });

  it("schedules all that MapConcurrency allows before the first ends, and no more", async () => {
    let running = 0;
    let most = 0;
    const done = await run({
      Map: () => plan(6),
      Classify: async (batch) => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        running -= 1;
        return classified(batch);
      },
    });
    expect(done.status).toBe("SUCCEEDED");
    expect(most).toBe(2);
  });
});

describe("three-images", () => {
  const definition = workflow("examples/three-images");
  const input = {
    branch1: { url: "https://a.test/1.jpg" },
    branch2: { url: "https://a.test/2.jpg" },
    branch3: { url: "https://a.test/3.jpg" },
  };

  it("classifies three named images side by side and merges them", async () => {
    const done = await runOnce(definition, input, good);
    expect(done).toMatchObject({ status: "SUCCEEDED" });
    expect(done.calls.map(({ name }) => name)).toEqual(["Classify", "Classify", "Classify", "Reduce"]);
    const images = done.calls
      .slice(0, 3)
      .map(({ payload }) => (payload as { Items: { image: string }[] }).Items[0]?.image);
    expect(images).toEqual(["https://a.test/1.jpg", "https://a.test/2.jpg", "https://a.test/3.jpg"]);
    expect(done.types.lastIndexOf("TaskScheduled")).toBeGreaterThan(done.types.indexOf("ParallelStateSucceeded"));
    expect(
      done.types.filter((type, at) => type === "TaskScheduled" && at < done.types.indexOf("TaskSucceeded")),
    ).toHaveLength(3);
  });
});

describe("branch-map-reduce", () => {
  const definition = workflow("examples/branch-map-reduce");
  const handlers: Handlers = {
    ExampleStart: (input) => input,
    ExampleBranch: (input) => input,
    ExampleMerge: (input) => input,
  };

  it("begins both branches before either ends and hands both to the last state", async () => {
    const done = await runOnce(definition, { n: 1 }, handlers);
    expect(done.output).toEqual([
      { branch: 1, input: { n: 1 }, call: callOf("Branch 1") },
      { branch: 2, input: { n: 1 }, call: callOf("Branch 2") },
    ]);
    const [first = 0, second = 0] = done.types.flatMap((type, at) => (type === "TaskScheduled" ? [at] : [])).slice(1);
    const ends = done.types.flatMap((type, at) => (type === "TaskSucceeded" ? [at] : []));
    expect(Math.max(first, second)).toBeLessThan(ends[1] ?? 0);
  });

  it("fails as a whole when one branch fails, and gives up the other", async () => {
    const done = await runOnce(
      definition,
      {},
      {
        ...handlers,
        ExampleBranch: (input) => {
          if ((input as { branch: number }).branch === 2) throw new FunctionError("Broken");
          return never();
        },
      },
    );
    expect(done).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(done.types.slice(-3)).toEqual(["TaskStateAborted", "ParallelStateFailed", "ExecutionFailed"]);
  });
});

describe("single-task", () => {
  const definition = workflow("examples/single-task");

  it("gives the function's answer", async () => {
    const done = await runOnce(definition, { name: "Ada" }, { ExampleMessage: () => ({ message: "Hello" }) });
    expect(done).toMatchObject({ status: "SUCCEEDED", output: { message: "Hello" } });
  });

  it("fails with States.Timeout if the function never returns", async () => {
    const done = await runOnce(
      definition.replace('"TimeoutSeconds": 60,\n  "States"', '"States"'),
      {},
      { ExampleMessage: never },
    );
    expect(done).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(done.cause).toBeUndefined();
    expect(done.types.at(-2)).toBe("TaskTimedOut");
  });
});
