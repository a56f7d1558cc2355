import { describe, expect, it } from "vitest";
import type { Entry } from "../history/event.ts";
import { Journal } from "../history/journal.ts";
import { VirtualClock } from "../test-support/virtual-clock.ts";
import { abortable, Branch } from "./branch.ts";
import { ExecutionError } from "./error.ts";
import { runGroup } from "./group.ts";

it("takes the failure that the record took, although another branch fails sooner this time", async () => {
  const entry = (id: number, branch: string, previousEventId: number, type: string): Entry => ({
    branch,
    event: { id, previousEventId, timestamp: 0, type },
  });
  const entries = [
    entry(1, "/1.0", 0, "TaskFailed"),
    entry(2, "/1.1", 0, "TaskFailed"),
    entry(3, "", 2, "ParallelStateFailed"),
  ];
  const journal = new Journal({ clock: new VirtualClock(), write() {}, entries });
  const parent = new Branch(journal, "", 0, new AbortController().signal);
  const group = runGroup(parent, {
    count: 2,
    concurrency: 2,
    key: (index) => `1.${index}`,
    async run(branch, index) {
      await branch.record("TaskFailed");
      if (index === 1) for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      throw new ExecutionError(`Failure ${index}`);
    },
  }).catch(async (error: Error) => {
    await parent.record("ParallelStateFailed");
    throw error;
  });
  await expect(group).rejects.toMatchObject({ name: "Failure 1" });
  expect(journal.replaying).toBe(false);
});

describe("the previous event", () => {
  const made = () => {
    const journal = new Journal({ clock: new VirtualClock(), write() {} });
    const parent = new Branch(journal, "", 0, new AbortController().signal);
    const previous = () => journal.events.map(({ type, id, previousEventId }) => [type, id, previousEventId]);
    return { parent, previous };
  };

  it("of a branch is the last one of the branch that ran before it in the same slot", async () => {
    const { parent, previous } = made();
    await parent.record("MapStateStarted");
    await runGroup(parent, {
      count: 3,
      concurrency: 1,
      key: (index) => `1.${index}`,
      run: async (branch) => {
        await branch.record("TaskStarted");
        await branch.record("TaskSucceeded");
      },
    });
    await parent.record("MapStateSucceeded");
    expect(previous()).toEqual([
      ["MapStateStarted", 1, 0],
      ["TaskStarted", 2, 1],
      ["TaskSucceeded", 3, 2],
      ["TaskStarted", 4, 3],
      ["TaskSucceeded", 5, 4],
      ["TaskStarted", 6, 5],
      ["TaskSucceeded", 7, 6],
      ["MapStateSucceeded", 8, 7],
    ]);
  });

  it("of what follows a failure is the failure, although other branches recorded that they were aborted", async () => {
    const { parent, previous } = made();
    await parent.record("ParallelStateStarted");
    const failing = runGroup(parent, {
      count: 2,
      concurrency: 2,
      key: (index) => `1.${index}`,
      async run(branch, index) {
        await branch.record("TaskStarted");
        if (index === 0) throw new ExecutionError("Failure");
        branch.activeType = "Task";
        await abortable(new Promise(() => {}), branch.signal);
      },
      aborted: () => parent.record("BranchAborted"),
    });
    await expect(failing).rejects.toMatchObject({ name: "Failure" });
    await parent.record("ParallelStateFailed");
    expect(previous().slice(-3)).toEqual([
      ["TaskStateAborted", 4, 2],
      ["BranchAborted", 5, 2],
      ["ParallelStateFailed", 6, 2],
    ]);
  });
});
