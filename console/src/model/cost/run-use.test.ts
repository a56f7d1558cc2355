import { describe, expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "../history/history.ts";
import type { Invocation } from "../logs/invocation.ts";
import { runHeadroom } from "./run-headroom.ts";
import { type RunRecord, useOf } from "./run-use.ts";

const functions = [{ name: "dlw-classify-1", title: "classify", logGroup: "/aws/lambda/classify", memoryMb: 2_048 }];
const parameters = JSON.stringify({ FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:dlw-classify-1:3" });
const definition = (ExecutionType: string) =>
  JSON.stringify({
    TimeoutSeconds: 100,
    StartAt: "Spread",
    States: {
      Spread: {
        Type: "Map",
        MaxConcurrency: 40,
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
          StartAt: "Work",
          States: { Work: { Type: "Task", End: true } },
        },
        End: true,
      },
    },
  });

function record(fields: Partial<RunRecord> = {}): RunRecord {
  const recording = new Recording();
  recording.enter("Task", "Classify");
  recording.add("TaskScheduled", { parameters, timeoutInSeconds: 60 });
  recording.add("TaskFailed", { error: "Lambda.Unknown" });
  recording.add("TaskScheduled", { parameters, timeoutInSeconds: 60 });
  recording.add("TaskSucceeded", { output: "{}" });
  const history = new History();
  history.append(recording.events);
  const { runs, events, eventOf } = history;
  const base = {
    runs,
    events,
    eventOf,
    definition: definition("STANDARD"),
    children: 0,
    functions,
    architecture: "x86_64" as const,
  };
  return { ...base, invocations: undefined, ...fields };
}
const report = { requestId: "a", durationMs: 900, billedMs: 1_000, sizeMb: 3_072, usedMb: 800 };
const invocation = (fields: Partial<Invocation> = {}): Invocation => ({
  requestId: "a",
  group: "/aws/lambda/classify",
  stream: "s",
  events: [],
  call: undefined,
  report,
  failed: false,
  ...fields,
});

describe("what an execution used", () => {
  it("is a transition per state and per retry, and the time of each attempt with the function's memory", () => {
    const { events, ...rest } = record();
    const [, , first, failed, second, done] = events.map(({ at }) => at);
    const seconds = ((failed ?? 0) - (first ?? 0) + (done ?? 0) - (second ?? 0)) / 1_000;
    const use = useOf({ events, ...rest });
    expect(use.transitions).toBe(2);
    expect(use.functions).toEqual([{ name: "classify", calls: 2, gbSeconds: expect.closeTo(seconds * 2) }]);
  });

  it("is what Lambda billed, once the log was read", () => {
    const invocations = [invocation(), invocation(), invocation({ report: undefined })];
    expect(useOf(record({ invocations })).functions).toEqual([{ name: "classify", calls: 2, gbSeconds: 6 }]);
  });

  it("is one Express execution with its duration, of a run of an Express workflow", () => {
    expect(useOf(record({ expressSeconds: 16 }))).toMatchObject({
      transitions: 0,
      express: { executions: 1, gbSeconds: 1 },
    });
  });

  it("includes the child executions: their start and their states, or as Express executions their time", () => {
    expect(useOf(record({ children: 10 }))).toMatchObject({ transitions: 2 + 10 * 2 });
    const express = useOf(record({ children: 10, definition: definition("EXPRESS"), invocations: [invocation()] }));
    expect(express).toMatchObject({ transitions: 2, express: { executions: 10, gbSeconds: (3 * 64) / 2_048 } });
  });
});

it("limits are those of the definition and of AWS, and memory those of the reports", () => {
  const lines = runHeadroom(record({ invocations: [invocation()] }), 8);
  expect(lines.find(({ limit }) => limit === "memory of classify")).toMatchObject({ used: 800, most: 3_072 });
  expect(lines.find(({ limit }) => limit === "time of the execution")).toMatchObject({ most: 100 });
  expect(lines.find(({ limit }) => limit === 'time of "Classify"')).toMatchObject({ most: 60 });
  expect(runHeadroom(record(), 8).some(({ limit }) => limit.startsWith("memory"))).toBe(false);
});
