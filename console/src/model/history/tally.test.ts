import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "./history.ts";
import { sentenceOf, tallyByState, untouched } from "./tally.ts";

it("a state is running while one of its runs is, and shows failure before success", () => {
  const recording = new Recording();
  recording.enter("Map", "Each");
  const started = recording.add("MapStateStarted", { length: 2 });
  const first = recording.add("MapIterationStarted", { name: "Each", index: 0 }, started);
  const second = recording.add("MapIterationStarted", { name: "Each", index: 1 }, started);
  recording.task("Work", first);
  recording.enter("Task", "Work", second);
  const history = new History();
  history.append(recording.events);
  expect(tallyByState(history.runs).get("Work")).toMatchObject({ total: 2, status: "running" });
  recording.attempt("TaskFailed", { error: "Broken" });
  recording.exit("Task", "Work");
  history.append(recording.events);
  const tally = tallyByState(history.runs).get("Work") ?? untouched;
  expect(tally.status).toBe("caught");
  expect(sentenceOf(tally)).toBe("entered 2 times: 1 succeeded, 1 failed and caught");
  expect(sentenceOf(untouched)).toBe("not entered");
});
