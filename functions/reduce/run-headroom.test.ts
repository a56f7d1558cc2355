import { describe, expect, it } from "vitest";
import { headroomFields } from "../../contract/headroom/headroom.ts";
import { eventsOf } from "../../contract/headroom/run-events.ts";
import { lambdaLimits, statesLimits } from "../../contract/limits.ts";
import { callTime, runHeadroom } from "./run-headroom.ts";

const settings = { workflowSeconds: 3_600, inlineConcurrency: 4, distributedConcurrency: 6, memoryMb: 100_000 };
const release = "0123456789ab";
const outcome = {
  executionId: "e",
  release,
  counts: { total: 1_000, succeeded: 1_000, failed: 0 },
  resultsLocation: { bucket: "b", key: "results/e.json" },
};
const plannedAt = "2026-11-26T10:00:00.000Z";
const now = new Date("2026-11-26T10:06:00.000Z");

/** A call that has taken 3 of its 60 seconds. */
function time() {
  let left = 60_000;
  const begun = callTime({ getRemainingTimeInMillis: () => left });
  left = 57_000;
  return begun;
}
const mapRun = { ResultWriterDetails: { Bucket: "b", Key: "map-runs/manifest.json" } };

describe("the headroom in a run's log", () => {
  it("is that of a Distributed Map: what grows with the images is said, and at how many it is reached", () => {
    const classified = { executionId: "e", total: 1_000, plannedAt, mapRun };
    const { images, lines } = runHeadroom({ release, classified }, outcome, settings, time(), now);
    const fields = headroomFields(images, lines);
    expect(fields.used).toMatchObject({
      "time of the execution": "360 s of 3,600 s",
      'time of "Reduce results"': "3.0 s of 60 s",
      "concurrent calls of classify": "6 calls of 6 calls",
      "events of the history": `${eventsOf(undefined)} events of ${statesLimits.historyEvents.toLocaleString("en")} events`,
      "memory of reduce": expect.stringMatching(/^\d+ MB of 100,000 MB$/),
    });
    expect(fields).toMatchObject({ images: 1_000, firstLimit: "time of the execution", atImages: 10_000 });
  });

  it("is that of an inline Map: its state, its events, and as many calls as there were batches", () => {
    const text = "x".repeat(statesLimits.payloadBytes / 2);
    const result = { index: 0, image: text, duplicates: [], width: 1, height: 1, predictions: [] };
    const classified = { executionId: "e", total: 1, plannedAt, batches: [{ results: [result] }, { results: [] }] };
    const { lines } = runHeadroom({ release, classified }, outcome, settings, time(), now);
    const shareOf = (limit: string) => lines.find((line) => line.limit === limit)?.share;
    expect(shareOf("input or output of a state")).toBeCloseTo(0.5, 2);
    expect(shareOf("payload of a call")).toBeCloseTo(statesLimits.payloadBytes / 2 / lambdaLimits.syncPayloadBytes, 2);
    expect(shareOf("concurrent calls of classify")).toBe(0.5);
    expect(lines.find(({ limit }) => limit === "events of the history")?.used).toBe(eventsOf(2));
  });

  it("says nothing about larger runs after a small one", () => {
    const classified = { executionId: "e", total: 8, plannedAt, mapRun };
    const { lines } = runHeadroom({ release, classified }, outcome, settings, time(), now);
    const fields = headroomFields(8, lines);
    expect(Object.keys(fields)).toEqual(["images", "used"]);
  });

  it("of a retry is measured by the images that are classified again", () => {
    const classified = {
      executionId: "e",
      total: 1_000,
      plannedAt,
      mapRun,
      earlier: { bucket: "b", key: "results/x.json" },
    };
    const retried = { ...outcome, classified: { total: 120, succeeded: 120, failed: 0 } };
    expect(runHeadroom({ release, classified }, retried, settings, time(), now).images).toBe(120);
  });

  it("leaves out the time of an execution that a caller waits for: another workflow bounds it", () => {
    const classified = { executionId: "e", total: 1, batches: [] };
    const { lines } = runHeadroom({ release, classified }, outcome, settings, time(), now);
    expect(lines.map(({ limit }) => limit)).not.toContain("time of the execution");
  });
});
