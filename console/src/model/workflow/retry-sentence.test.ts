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
    "Retries Lambda.TooManyRequestsException and 1 more up to 6 times, not States.Timeout, " +
      "States.TaskFailed up to 1 time, any error up to 3 times",
  );
});

it.each([{}, { Retry: [] }, { Retry: "often" }, { Retry: [null, {}] }])("says nothing about %j", (source) => {
  expect(retrySentence({ source })).toBeUndefined();
});
