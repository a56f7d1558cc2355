import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "./history.ts";
import { addTallies, sentenceOf, tallyByState, untouched } from "./tally.ts";

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

it("adds the tallies of several histories, state by state", () => {
  const recording = new Recording();
  recording.task("Work");
  const failing = new Recording();
  failing.enter("Task", "Work");
  failing.attempt("TaskFailed", { error: "Broken" });
  failing.exit("Task", "Work");
  failing.enter("Map", "Repair");
  const tallies = [recording, failing].map(({ events }) => {
    const history = new History();
    history.append(events);
    return tallyByState(history.runs);
  });
  const sum = addTallies(tallies);
  expect(sentenceOf(sum.get("Work") ?? untouched)).toBe("entered 2 times: 1 succeeded, 1 failed and caught");
  expect(sum.get("Repair")).toMatchObject({ total: 1, status: "running" });
  expect(addTallies([]).size).toBe(0);
});
