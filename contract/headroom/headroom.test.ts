import { describe, expect, it } from "vitest";
import { statesLimits } from "../limits.ts";
import { firstToBreak, headroomOf, quantity } from "./headroom.ts";
import { factsOf, type HistoryEvent, type RunFacts } from "./run-facts.ts";

const at = (seconds: number) => new Date(1_000 * seconds);
const event = (id: number, previousEventId: number, seconds: number, type: string, details: object = {}) =>
  ({ id, previousEventId, timestamp: at(seconds), type, ...details }) as HistoryEvent;

/** Two batches at once, then a merge. */
const history = [
  event(1, 0, 0, "ExecutionStarted", { executionStartedEventDetails: { input: "x".repeat(100) } }),
  event(2, 1, 0, "MapStateEntered", { stateEnteredEventDetails: { name: "Classify batches", input: "{}" } }),
  ...[3, 4].map((id) => event(id, 2, 1, "TaskStateEntered", { stateEnteredEventDetails: { name: "Classify" } })),
  event(5, 3, 1, "TaskScheduled", { taskScheduledEventDetails: { parameters: "p".repeat(300), timeoutInSeconds: 60 } }),
  event(6, 4, 2, "TaskScheduled", { taskScheduledEventDetails: { parameters: "{}", timeoutInSeconds: 60 } }),
  event(7, 5, 4, "TaskSucceeded", { taskSucceededEventDetails: { output: "{}" } }),
  event(8, 6, 12, "TaskSucceeded", { taskSucceededEventDetails: { output: "ü".repeat(400) } }),
  event(9, 8, 12, "TaskStateEntered", { stateEnteredEventDetails: { name: "Reduce results" } }),
  event(10, 9, 12, "TaskScheduled", { taskScheduledEventDetails: { timeoutInSeconds: 30 } }),
  event(11, 10, 18, "TaskSucceeded", { taskSucceededEventDetails: { output: "{}" } }),
  event(12, 11, 20, "ExecutionSucceeded", { executionSucceededEventDetails: { output: "{}" } }),
];

describe("the facts of a history", () => {
  it("are its events, its largest data in bytes, and its time", () => {
    expect(factsOf(history)).toMatchObject({ events: 12, stateBytes: 800, seconds: 20, distributed: false });
  });

  it("are the longest call of each state, and how many ran at once", () => {
    expect(factsOf(history)).toMatchObject({
      concurrency: 2,
      tasks: [
        { state: "Classify", seconds: 10, timeoutSeconds: 60, calls: 2 },
        { state: "Reduce results", seconds: 6, timeoutSeconds: 30, calls: 1 },
      ],
    });
  });

  it("tell a Map Run, and survive a history that is cut or wrong", () => {
    expect(factsOf([...history, event(13, 12, 21, "MapRunStarted")]).distributed).toBe(true);
    expect(factsOf(history.slice(5))).toMatchObject({ events: 7 });
    expect(factsOf([event(1, 1, 0, "TaskSucceeded")])).toMatchObject({ tasks: [] });
    expect(factsOf([])).toMatchObject({ events: 0, seconds: 0 });
  });
});

const facts: RunFacts = {
  images: 1_000,
  events: 30,
  stateBytes: statesLimits.payloadBytes / 4,
  seconds: 360,
  distributed: true,
  tasks: [
    { state: "Map images", seconds: 3, timeoutSeconds: 60, calls: 1 },
    { state: "Wake classify", seconds: 50, timeoutSeconds: 60, calls: 1 },
  ],
  concurrency: 6,
  memory: [
    { function: "map", usedMb: 256, sizeMb: 512 },
    { function: "classify", usedMb: 2_900, sizeMb: 3_008 },
  ],
};
const lines = headroomOf(facts, { workflowSeconds: 3_600, concurrency: 6 });
const line = (limit: string) => lines.find((each) => each.limit === limit);

describe("the headroom of an execution", () => {
  it("is the nearest limit first", () => {
    expect(lines.map(({ share }) => share)).toEqual(lines.map(({ share }) => share).toSorted((a, b) => b - a));
    expect(lines[0]?.limit).toBe("concurrent calls of classify");
  });

  it("says at how many images a limit would break, where its use grows with them", () => {
    expect(line("time of the execution")).toMatchObject({ share: 0.1, breaksAt: 10_000 });
    expect(line('time of "Map images"')).toMatchObject({ share: 0.05, breaksAt: 20_000 });
    expect(line("memory of map")).toMatchObject({ share: 0.5, breaksAt: 2_000 });
    expect(firstToBreak(lines)?.limit).toBe("memory of map");
  });

  it("says why a limit does not depend on the number of images", () => {
    for (const limit of ["memory of classify", 'time of "Wake classify"', "concurrent calls of classify"]) {
      expect(line(limit)).not.toHaveProperty("breaksAt");
      expect(line(limit)?.constant).toMatch(/\w/);
    }
    expect(line("input or output of a state")).toMatchObject({ share: 0.25, constant: "the images are in the bucket" });
  });

  it("does not promise more than the workflow does where an inline Map is replaced in time", () => {
    const inline = headroomOf({ ...facts, distributed: false }, { workflowSeconds: 3_600, concurrency: 6 });
    expect(inline.find(({ limit }) => limit === "events of the history")?.constant).toMatch(/Distributed Map/);
  });
});

it("writes quantities for people", () => {
  expect([quantity(2_048, "bytes"), quantity(3 * 1_024 ** 2, "bytes"), quantity(1.25, "seconds")]).toEqual([
    "2.0 KiB",
    "3.0 MiB",
    "1.3 s",
  ]);
  expect(quantity(25_000, "events")).toBe("25,000 events");
});
