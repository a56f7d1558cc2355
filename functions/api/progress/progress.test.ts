import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HistoryPage } from "../workflows.ts";
import { ProgressReader } from "./progress.ts";

vi.mock("../../shared/log.ts", async (original) => ({ ...(await original<object>()), log: vi.fn() }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const exited = (output: unknown): HistoryEvent => ({
  timestamp: new Date(0),
  type: "TaskStateExited",
  id: 1,
  stateExitedEventDetails: { name: "state", output: JSON.stringify(output) },
});
const large = { executionId: "x", total: 9, plan: { bucket: "b", key: "k" }, items: 6, batchSize: 2, topK: 1 };
const mapRun: HistoryEvent = {
  timestamp: new Date(0),
  type: "MapRunStarted",
  id: 2,
  mapRunStartedEventDetails: { mapRunArn: "arn:run" },
};
const running = { status: "RUNNING" as const };
const throttled = () => Promise.reject(Object.assign(new Error("slow down"), { name: "ThrottlingException" }));

/** Step Functions with these pages of a history. */
function serving(...pages: readonly (readonly HistoryEvent[])[]) {
  const workflows = {
    history: vi.fn(async (_arn: string, _name: string, token: string | undefined): Promise<HistoryPage> => {
      const at = Number(token ?? 0);
      return { events: pages[at] ?? [], nextToken: at + 1 < pages.length ? String(at + 1) : undefined };
    }),
    mapRunItems: vi.fn(async (_arn: string) => ({ total: 6, ended: 4 })),
  };
  const reader = new ProgressReader(workflows);
  return { ...workflows, of: (execution: object = running, name = "x") => reader.of("arn:machine", name, execution) };
}

describe("the progress of an execution", () => {
  it("is known from a list in the input before anything is planned", async () => {
    const input = JSON.stringify({ images: ["a", "b", " a"], topK: 5 });
    expect(await serving([]).of({ ...running, input })).toEqual({ total: 2, done: 0 });
    expect(await serving([]).of({ ...running, input: '{"request":{"bucket":"b","key":"k"}}' })).toBeUndefined();
  });

  it("comes from at most four pages of the history, read at most once per second", async () => {
    const results = [0, 1].map((index) =>
      exited({ results: [{ index, image: "i", error: { code: "ImageNotFound", message: "" } }] }),
    );
    const served = serving([exited(large)], [results[0] as HistoryEvent], [], [results[1] as HistoryEvent], results);
    expect(await served.of()).toEqual({ total: 6, done: 2 });
    expect(served.history).toHaveBeenCalledTimes(4);
    await served.of();
    expect(served.history).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(1_000);
    await served.of();
    expect(served.history).toHaveBeenCalledTimes(8);
  });

  it("comes from the Map Run, whose ARN is remembered, asked at most once per five seconds", async () => {
    const served = serving([exited(large), mapRun]);
    expect(await served.of()).toEqual({ total: 6, done: 4 });
    served.mapRunItems.mockResolvedValue({ total: 6, ended: 5 });
    vi.advanceTimersByTime(4_999);
    expect(await served.of()).toEqual({ total: 6, done: 4 });
    vi.advanceTimersByTime(1);
    expect(await served.of()).toEqual({ total: 6, done: 5 });
    expect([served.history.mock.calls.length, served.mapRunItems.mock.calls]).toEqual([1, [["arn:run"], ["arn:run"]]]);
  });

  it("has the planned total while a Map Run has not read its items", async () => {
    const served = serving([exited(large), mapRun]);
    served.mapRunItems.mockResolvedValue({ total: 0, ended: 0 });
    expect(await served.of()).toEqual({ total: 6, done: 0 });
  });

  it("is the last known one while Step Functions limits requests", async () => {
    const served = serving([exited(large), mapRun]);
    await served.of();
    served.mapRunItems.mockImplementation(throttled);
    vi.advanceTimersByTime(5_000);
    expect(await served.of()).toEqual({ total: 6, done: 4 });
    served.history.mockImplementation(throttled);
    expect(await served.of(running, "another")).toBeUndefined();
  });

  it("of an execution that ended without results is read once more, and again after a redrive", async () => {
    const served = serving([exited(large), mapRun]);
    await served.of();
    vi.advanceTimersByTime(5_000);
    await served.of({ status: "ABORTED" });
    vi.advanceTimersByTime(5_000);
    await served.of({ status: "ABORTED" });
    expect(served.mapRunItems).toHaveBeenCalledTimes(2);
    await served.of();
    expect(served.mapRunItems).toHaveBeenCalledTimes(3);
  });

  it("of an execution that has succeeded comes from its output, with the images that failed", async () => {
    const outcome = {
      executionId: "x",
      release: "0123456789ab",
      counts: { total: 9, succeeded: 5, failed: 4 },
      resultsLocation: { bucket: "b", key: "k" },
    };
    const ended = (more: object) => ({ status: "SUCCEEDED", output: JSON.stringify({ ...outcome, ...more }) });
    const served = serving();
    const classified = { total: 6, succeeded: 4, failed: 2 };
    expect(await served.of(ended({ classified }))).toEqual({ total: 6, done: 6, failed: 2 });
    expect(await served.of(ended({}))).toEqual({ total: 9, done: 9, failed: 4 });
    expect(served.history).not.toHaveBeenCalled();
  });
});
