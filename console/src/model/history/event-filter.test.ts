import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { countTypes, eventFilterFromQuery, eventFilterToQuery, everyEvent, filterEvents } from "./event-filter.ts";
import { History } from "./history.ts";

function recorded(): History {
  const recording = new Recording();
  recording.task("Before");
  recording.task("After");
  const history = new History();
  history.append(recording.events);
  return history;
}

it("finds events by type, by the name of their state and by their data", () => {
  const history = recorded();
  expect(filterEvents(history, everyEvent)).toBe(history.events);
  const entered = filterEvents(history, { type: "TaskStateEntered", text: "" });
  expect(entered.map(({ type }) => type)).toEqual(["TaskStateEntered", "TaskStateEntered"]);
  const after = filterEvents(history, { type: undefined, text: " AFTER " });
  expect(after.length).toBeGreaterThan(1);
  expect(new Set(after.map(({ id }) => history.runOf(id)?.name))).toEqual(new Set(["After"]));
  expect(filterEvents(history, { type: "TaskStateEntered", text: "after" })).toHaveLength(1);
  expect(filterEvents(history, { type: undefined, text: "absent" })).toEqual([]);
});

it("finds the names of fields, text inside a text, and signs that a pattern would read otherwise", () => {
  const history = new History();
  const details = { output: '{"path": "a/b (1).jpg"}', retry: { attempt: 3 } };
  history.append([{ id: 1, previousEventId: 0, type: "TaskSucceeded", at: 1, details }]);
  const found = (text: string): number => filterEvents(history, { type: undefined, text }).length;
  expect([found('"PATH": "a/b (1).JPG"'), found("attempt"), found("3"), found("("), found(".*x")]).toEqual([
    1, 1, 1, 1, 0,
  ]);
});

it("counts the types that occur", () => {
  const counts = new Map(countTypes(recorded()));
  expect(counts.get("TaskStateEntered")).toBe(2);
  expect(counts.get("ExecutionStarted")).toBe(1);
});

it.each([everyEvent, { type: "TaskFailed", text: "" }, { type: undefined, text: "a&b=c" }])(
  "an address leads to the events of %j",
  (filter) => {
    const query = new URLSearchParams();
    eventFilterToQuery(filter, query);
    expect(eventFilterFromQuery(new URLSearchParams(query.toString()))).toEqual(filter);
    expect(eventFilterFromQuery(new URLSearchParams())).toBeUndefined();
  },
);
