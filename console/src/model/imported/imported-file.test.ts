import { expect, it } from "vitest";
import { readImportedFile, UnreadableFile } from "./imported-file.ts";

const event = (id: number, type = "ExecutionStarted", timestamp: unknown = "2026-03-01T10:00:00.123000+00:00") => ({
  id,
  type,
  timestamp,
  previousEventId: id - 1,
});
const read = (value: unknown, name = "history.json") =>
  readImportedFile({ name, text: typeof value === "string" ? value : JSON.stringify(value) });

it("reads what the AWS command line prints, its list of events alone, and reversed order", () => {
  const events = [event(1), event(2, "PassStateEntered", 1_772_359_200.5)];
  for (const value of [{ events }, events, { events: events.toReversed() }, `\uFEFF${JSON.stringify({ events })}`]) {
    expect(read(value)).toMatchObject({ kind: "history", isCut: false, events: [{ id: 1 }, { id: 2 }] });
  }
  const file = read({ events });
  expect(file.kind === "history" && file.events.map(({ at }) => at)).toEqual([1_772_359_200_123, 1_772_359_200_500]);
});

it.each(["nextToken", "NextToken"])("says that an export with a %s is cut", (field) => {
  expect(read({ events: [event(1)], [field]: "more" })).toMatchObject({ isCut: true });
});

it("recognises a definition by its content, also inside the description of a state machine", () => {
  const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
  expect(read(definition)).toMatchObject({ kind: "definition", text: definition });
  expect(read({ stateMachineArn: "arn", definition })).toMatchObject({ kind: "definition", text: definition });
});

it.each([
  ["", /"history.json" is empty/],
  ["events: []", /is not JSON/],
  ["7", /contains no history/],
  ["null", /contains no history/],
  ["{}", /neither a history \(it has no "events"\) nor a definition/],
  [[], /contains no events/],
  [[event(1), null], /^Entry 2 of "history.json" is not an event of a history: it must be an object/],
  [[{ id: 1, timestamp: 1 }], /it has no "type"/],
  [[{ ...event(1), id: "one" }], /its "id" is not a number/],
  [[event(0)], /its "id" is not a number/],
  [[event(1, "ExecutionStarted", "yesterday")], /its "timestamp" is not a time/],
  [[event(1, "ExecutionStarted", 1e18)], /its "timestamp" is not a time/],
  [[event(1), event(1)], /contains event 1 more than once/],
  [{ States: {} }, /is not a definition in the Amazon States Language/],
  [{ definition: "StartAt" }, /is not a definition in the Amazon States Language/],
  [{ StartAt: "A", States: { A: { Type: "Pass", Next: 7 } } }, /is not a definition in the Amazon States Language/],
])("refuses %j with a sentence", (value, sentence) => {
  expect(() => read(value)).toThrow(UnreadableFile);
  expect(() => read(value)).toThrow(sentence);
});
