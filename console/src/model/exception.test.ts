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

it.each([
  ["a plain text", "It broke.", "It broke."],
  ["JSON of another shape", '{"a":1}', '{"a":1}'],
  ["a missing cause", undefined, ""],
  ["JSON that is not an object", "null", "null"],
])("passes on %s", (_title, cause, message) => expect(readException(cause)).toEqual({ message, stack: [] }));
