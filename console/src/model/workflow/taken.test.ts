import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "../history/history.ts";
import { readDefinition } from "./definition.ts";
import { drawGraph, endId, startId } from "./layout.ts";
import { isTaken, takenIn } from "./taken.ts";

const definition = {
  StartAt: "Choose",
  States: {
    Choose: { Type: "Choice", Choices: [{ Next: "Work" }], Default: "Other" },
    Work: { Type: "Task", Next: "Join", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Join" }] },
    Other: { Type: "Pass", Next: "Join" },
    Join: { Type: "Succeed" },
  },
};
const { lines } = drawGraph(readDefinition(JSON.stringify(definition)));

function takenOf(write: (recording: Recording) => void): readonly string[] {
  const recording = new Recording();
  write(recording);
  const history = new History();
  history.append(recording.events);
  const taken = takenIn(history);
  return lines.filter((line) => isTaken(line, taken)).map(({ from, to, kind }) => `${from} > ${to} (${kind})`);
}

const choose = (recording: Recording): void => {
  recording.enter("Choice", "Choose");
  recording.exit("Choice", "Choose");
};
const join = (recording: Recording): void => {
  recording.enter("Succeed", "Join");
  recording.exit("Succeed", "Join");
  recording.add("ExecutionSucceeded");
};
const both = [`${startId} > Choose (next)`, `Join > ${endId} (next)`];

it("takes the way of a Choice, and no other way to a state that was entered", () => {
  const taken = takenOf((recording) => {
    choose(recording);
    recording.task("Work");
    join(recording);
  });
  expect(taken.toSorted()).toEqual([...both, "Choose > Work (choice)", "Work > Join (next)"].toSorted());
});

it("takes a Catch, and not the Next beside it, when the state failed", () => {
  const taken = takenOf((recording) => {
    choose(recording);
    recording.enter("Task", "Work");
    recording.attempt("TaskFailed", { error: "Broken" });
    recording.exit("Task", "Work");
    join(recording);
  });
  expect(taken.toSorted()).toEqual([...both, "Choose > Work (choice)", "Work > Join (catch)"].toSorted());
});

it("reaches the end only when the execution has succeeded", () => {
  expect(
    takenOf((recording) => {
      choose(recording);
      recording.enter("Task", "Work");
      recording.add("ExecutionAborted");
    }),
  ).toEqual([`Choose > Work (choice)`, `${startId} > Choose (next)`]);
});
