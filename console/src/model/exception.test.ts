import { expect, it } from "vitest";
import { readException } from "./exception.ts";

it("reads Lambda's document: the message, and the frames without a repetition of the message", () => {
  const trace = ["Error: It broke.", "    at work (file:///var/task/a.mjs:1:2)", "    at main (b.mjs:3:4)"];
  const cause = JSON.stringify({ errorType: "Error", errorMessage: "It broke.", trace });
  expect(readException(cause)).toEqual({
    message: "It broke.",
    stack: ["at work (file:///var/task/a.mjs:1:2)", "at main (b.mjs:3:4)"],
  });
});

it('keeps the frames of a Python function, which have no "at"', () => {
  const stackTrace = [
    '  File "/var/task/a.py", line 3, in handler\n    work()\n',
    '  File "/var/task/b.py", line 1, in work\n',
  ];
  expect(readException(JSON.stringify({ errorMessage: "It broke.", stackTrace }))).toEqual({
    message: "It broke.",
    stack: ['  File "/var/task/a.py", line 3, in handler', "    work()", '  File "/var/task/b.py", line 1, in work'],
  });
});

it("indents JSON of another shape", () => {
  expect(readException('{"a":1}')).toEqual({ message: "", stack: ["{", '  "a": 1', "}"] });
});

it.each([
  ["a plain text", "It broke.", "It broke."],
  ["a missing cause", undefined, ""],
  ["JSON that is not an object", "null", "null"],
])("passes on %s", (_title, cause, message) => expect(readException(cause)).toEqual({ message, stack: [] }));
