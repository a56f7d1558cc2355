import { expect, it } from "vitest";
import type { Entry } from "../history/event.ts";
import { Journal } from "../history/journal.ts";
import { VirtualClock } from "../test-support/virtual-clock.ts";
import { Branch } from "./branch.ts";
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
