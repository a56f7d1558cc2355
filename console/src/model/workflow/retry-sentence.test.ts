import { expect, it } from "vitest";
import { retrySentence } from "./retry-sentence.ts";

it("says which errors a state retries, and how often", () => {
  const Retry = [
    { ErrorEquals: ["Lambda.TooManyRequestsException", "Lambda.ServiceException"], MaxAttempts: 6 },
    { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 },
    { ErrorEquals: ["States.TaskFailed"], MaxAttempts: 1 },
    { ErrorEquals: ["States.ALL"] },
  ];
  expect(retrySentence({ source: { Retry } })).toBe(
    "Retries Lambda.TooManyRequestsException and 1 other error up to 6 times, States.TaskFailed once, " +
      "any other error up to 3 times; does not retry States.Timeout",
  );
});

it("says that a state retries everything, or one thing never", () => {
  expect(retrySentence({ source: { Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2 }] } })).toBe(
    "Retries any error up to 2 times",
  );
  expect(retrySentence({ source: { Retry: [{ ErrorEquals: ["A", "B", "C"], MaxAttempts: 0 }] } })).toBe(
    "Does not retry A and 2 other errors",
  );
});

it.each([{}, { Retry: [] }, { Retry: "often" }, { Retry: [null, {}] }])("says nothing about %j", (source) => {
  expect(retrySentence({ source })).toBeUndefined();
});
