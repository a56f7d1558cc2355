import { describe, expect, it } from "vitest";
import { VirtualClock } from "../test-support/virtual-clock.ts";
import type { Entry } from "./event.ts";
import { Journal } from "./journal.ts";

const entry = (id: number, branch: string, type: string): Entry => ({
  branch,
  event: { id, previousEventId: id - 1, timestamp: 0, type },
});

function resumed(...entries: Entry[]): { journal: Journal; written: Entry[] } {
  const written: Entry[] = [];
  const journal = new Journal({ clock: new VirtualClock(), write: (each) => written.push(each), entries });
  return { journal, written };
}

describe("Journal", () => {
  it("hands recorded events back in their first order, whichever branch asks first", async () => {
    const { journal } = resumed(entry(1, "a", "One"), entry(2, "b", "Two"), entry(3, "a", "Three"));
    const taken: number[] = [];
    const take = async (branch: string, type: string) => taken.push((await journal.take(branch, type)).id);
    const later = take("b", "Two");
    await Promise.resolve();
    expect(taken).toEqual([]);
    await Promise.all([later, take("a", "One").then(() => take("a", "Three"))]);
    expect(taken).toEqual([1, 2, 3]);
    await expect(journal.replayed).resolves.toBeUndefined();
  });

  it("appends behind the record, with times that never go back, and hands each event to the disk first", () => {
    const { journal, written } = resumed({
      ...entry(1, "", "One"),
      event: { ...entry(1, "", "One").event, timestamp: 9e12 },
    });
    const event = journal.append("", "Two", 1, { name: "x" });
    expect(event).toEqual({ id: 2, previousEventId: 1, timestamp: 9e12, type: "Two", details: { name: "x" } });
    expect(written).toEqual([{ branch: "", event }]);
    expect(journal.events.map(({ id }) => id)).toEqual([1, 2]);
  });

  it("refuses to go on where the definition does not lead to what is on record", async () => {
    const { journal } = resumed(entry(1, "", "PassStateEntered"));
    await expect(journal.take("", "TaskStateEntered")).rejects.toMatchObject({
      name: "States.Runtime",
      message: expect.stringContaining("event 1 is a PassStateEntered"),
    });
  });

  it("lets nobody wait or write once it is closed", async () => {
    const { journal, written } = resumed(entry(1, "a", "One"), entry(2, "b", "Two"));
    const waiting = journal.take("b", "Two");
    journal.close();
    await expect(waiting).rejects.toMatchObject({ name: "Cancelled" });
    expect(() => journal.append("a", "Three", 1)).toThrow(expect.objectContaining({ name: "Cancelled" }));
    expect(written).toEqual([]);
  });
});
