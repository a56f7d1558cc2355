import { describe, expect, it } from "vitest";
import { FunctionError, task } from "../../test-support/harness.ts";
import { runOnce } from "../../test-support/run-once.ts";

const processor = { ProcessorConfig: { Mode: "INLINE" }, StartAt: "One", States: { One: task("one") } };
const each = (fields: object) => ({
  StartAt: "Each",
  States: { Each: { Type: "Map", ItemProcessor: processor, ...fields, End: true } },
});

describe("Map", () => {
  it("gives each iteration its item, or what ItemSelector makes of item, index and input", async () => {
    const ItemSelector = { "at.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value", "all.$": "$.common" };
    const echo = { one: (input: unknown) => input };
    const chosen = await runOnce(each({ ItemsPath: "$.list", ItemSelector }), { list: ["a", "b"], common: 1 }, echo);
    expect(chosen.output).toEqual([
      { at: 0, item: "a", all: 1 },
      { at: 1, item: "b", all: 1 },
    ]);
    const plain = await runOnce(each({}), ["a", { b: 1 }], echo);
    expect(plain.output).toEqual(["a", { b: 1 }]);
  });

  it("keeps its input beside the results where ResultPath says, by InputPath and ResultSelector too", async () => {
    const fields = {
      InputPath: "$.in",
      ItemsPath: "$.list",
      ResultSelector: { "n.$": "States.ArrayLength($)" },
      ResultPath: "$.out",
    };
    const done = await runOnce(each(fields), { in: { list: [1, 2] }, kept: true }, { one: () => 1 });
    expect(done.output).toEqual({ in: { list: [1, 2] }, kept: true, out: { n: 2 } });
  });

  it("records the events of every iteration, each in a separate chain", async () => {
    const done = await runOnce(each({}), ["a", "b"], { one: (input) => input });
    expect(done.events[2]).toMatchObject({ type: "MapStateStarted", mapStateStartedEventDetails: { length: 2 } });
    const started = done.events.filter(({ type }) => type === "MapIterationStarted");
    expect(started.map(({ mapIterationStartedEventDetails }) => mapIterationStartedEventDetails)).toEqual([
      { name: "Each", index: 0 },
      { name: "Each", index: 1 },
    ]);
    expect(started.map(({ previousEventId }) => previousEventId)).toEqual([3, 3]);
    for (const { id } of started) {
      const line: (string | undefined)[] = [];
      for (
        let next = done.events[Number(id) - 1];
        next;
        next = done.events.find((event) => event.previousEventId === next?.id)
      ) {
        line.push(next.type);
        if (next.type === "MapIterationSucceeded") break;
      }
      expect(line).toEqual([
        "MapIterationStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "MapIterationSucceeded",
      ]);
    }
    const succeeded = done.events.findLast(({ type }) => type === "MapIterationSucceeded");
    expect(done.events.find(({ type }) => type === "MapStateSucceeded")?.previousEventId).toBe(succeeded?.id);
  });

  it("of nothing succeeds with nothing", async () => {
    const done = await runOnce(each({ ItemsPath: "$.list" }), { list: [] });
    expect(done).toMatchObject({ status: "SUCCEEDED", output: [] });
    expect(done.types.slice(1, 5)).toEqual([
      "MapStateEntered",
      "MapStateStarted",
      "MapStateSucceeded",
      "MapStateExited",
    ]);
  });

  it.each<[object, number]>([
    [{ MaxConcurrency: 3 }, 3],
    [{ MaxConcurrencyPath: "$.most" }, 2],
    [{}, 40],
    [{ MaxConcurrency: 100 }, 40],
  ])("runs as many at once as %j says, an inline one at most 40", async (fields, expected) => {
    let running = 0;
    let most = 0;
    const list = Array.from({ length: 50 }, (_, index) => index);
    const done = await runOnce(
      each({ ...fields, ItemsPath: "$.list" }),
      { list, most: 2 },
      {
        one: async (input) => {
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
          running -= 1;
          return input;
        },
      },
    );
    expect(done.output).toEqual(list);
    expect(most).toBe(expected);
  });

  it("does not start what was waiting for its turn when an iteration fails", async () => {
    const done = await runOnce(each({ MaxConcurrency: 1 }), [1, 2, 3], {
      one: (input) => {
        if (input === 2) throw new FunctionError("Two");
        return input;
      },
    });
    expect(done).toMatchObject({ status: "FAILED", error: "Two", calls: { length: 2 } });
    expect(done.types.slice(-3)).toEqual(["MapIterationFailed", "MapStateFailed", "ExecutionFailed"]);
  });

  it("fails as States.Runtime for items that are no array and limits that are no numbers", async () => {
    expect(await runOnce(each({ ItemsPath: "$.list" }), { list: {} })).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining('Reference path "$.list" must point to array.'),
    });
    const done = await runOnce(each({ ItemsPath: "$.list", MaxConcurrencyPath: "$.most" }), { list: [1], most: -1 });
    expect(done.error).toBe("States.Runtime");
  });

  it("still knows Iterator and Parameters, the names of 2019", async () => {
    const { ProcessorConfig: _, ...Iterator } = processor;
    const state = { Type: "Map", Iterator, Parameters: { "v.$": "$$.Map.Item.Value" }, ItemsPath: "$", End: true };
    const done = await runOnce({ StartAt: "Each", States: { Each: state } }, [1], { one: (input) => input });
    expect(done.output).toEqual([{ v: 1 }]);
  });
});
