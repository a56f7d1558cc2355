import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { explain } from "./explain.ts";
import { History } from "./history.ts";

function sentence(write: (recording: Recording) => void, source: Record<string, unknown> = {}): string | undefined {
  const recording = new Recording();
  recording.enter("Task", "Work");
  write(recording);
  const history = new History();
  history.append(recording.events);
  const [run] = history.runs;
  return run && explain(run, source);
}
const fail = (recording: Recording, error: string, times = 1): void => {
  for (let at = 0; at < times; at += 1) recording.attempt("TaskFailed", { error });
};
const end = (recording: Recording): unknown => recording.add("ExecutionFailed", { error: "Broken" });
const retry = (name: string, MaxAttempts?: number) => ({ Retry: [{ ErrorEquals: [name], MaxAttempts }] });

it("says nothing of a run without a failure", () => {
  expect(sentence((recording) => recording.attempt("TaskSucceeded"))).toBeUndefined();
});

it.each([
  [
    "no Retry and no Catch",
    1,
    {},
    "Work failed at its first attempt with Broken; the state has no Retry; the state has no Catch.",
  ],
  [
    "a Retry of another error",
    1,
    retry("States.Timeout"),
    "Work failed at its first attempt with Broken; no Retry of the state matches this error; the state has no Catch.",
  ],
  [
    "a Retry that was used up",
    3,
    retry("States.TaskFailed", 2),
    "Work failed at attempt 3 with Broken; Retry allows 2 more attempts, and all were used; the state has no Catch.",
  ],
  [
    "the default of MaxAttempts",
    4,
    retry("States.ALL"),
    "Work failed at attempt 4 with Broken; Retry allows 3 more attempts, and all were used; the state has no Catch.",
  ],
])("explains a failure with %s", (_title, times, source, words) => {
  expect(
    sentence((recording) => {
      fail(recording, "Broken", times);
      end(recording);
    }, source),
  ).toBe(words);
});

it("names the state that a Catch continued with", () => {
  const source = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Rescue" }] };
  const words = sentence((recording) => {
    fail(recording, "Broken");
    recording.exit("Task", "Work");
  }, source);
  expect(words).toBe(
    "Work failed at its first attempt with Broken; the state has no Retry; Catch continued with Rescue.",
  );
});

it("says of a retry that helped which attempt succeeded", () => {
  const words = sentence((recording) => {
    fail(recording, "Broken");
    recording.attempt("TaskSucceeded");
    recording.exit("Task", "Work");
  }, retry("Broken"));
  expect(words).toBe("Work failed at attempt 1 with Broken; attempt 2 then succeeded.");
});
