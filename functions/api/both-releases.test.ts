import { describe, expect, it } from "vitest";
import { MapInput, WorkflowInput } from "../../contract/workflow.ts";
import { parseEvent } from "../shared/parse.ts";
import { release, testApi } from "./test-support/api.ts";

/**
 * `api` changes with `pulumi up`, releases change when traffic moves: during a gradual release, after a rollback and after
 * a revert it reads what another release wrote, and another release reads what it writes.
 */
const resultsLocation = { bucket: "own-bucket", key: "results/done.json" };
const counts = { total: 1, succeeded: 0, failed: 1 };
/** Exactly what the first release wrote; fields that were added since are absent. */
const first = { executionId: "done", release, counts, resultsLocation };
/** What a release of the future may write: more fields, another error code. */
const future = {
  ...first,
  counts: { ...counts, postponed: 0 },
  model: "v5",
  results: [{ index: 0, image: "x", tries: 2, error: { code: "ImageIsAPoem", message: "It rhymes.", line: 3 } }],
};

describe("an API and a release of different age", () => {
  it.each([
    ["the first release, whose results do not fit", first, { resultsUrl: expect.any(String) }],
    ["the first release", { ...first, results: [] }, { results: [] }],
    ["a newer release", future, { results: future.results }],
  ])("shows an execution of %s", async (_age, output, shown) => {
    const api = testApi();
    api.end("done", { status: "SUCCEEDED", output: JSON.stringify(output) });
    const { status, json } = await api.call("GET", "/executions/done");
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: "SUCCEEDED", counts, ...shown });
    expect((await api.call("GET", "/executions/done/results")).status).toBe(302);
  });

  it("returns the results of a newer release from the synchronous API", async () => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "SUCCEEDED", output: JSON.stringify(future) });
    const { status, json } = await api.call("POST", "/classify/sync", ["x"]);
    expect([status, json]).toEqual([200, expect.objectContaining({ results: future.results })]);
  });

  it("shows the progress of an execution whose states it does not know", async () => {
    const api = testApi();
    await api.call("POST", "/classify", ["x"], { "idempotency-key": "running" });
    api.followed.history = async () => ({
      events: [
        { timestamp: new Date(0), type: "TaskStateEntered", id: 1, stateEnteredEventDetails: { name: "Dream" } },
        {
          timestamp: new Date(0),
          type: "TaskStateExited",
          id: 2,
          stateExitedEventDetails: { name: "Dream", output: "{}" },
        },
      ],
    });
    expect((await api.call("GET", "/executions/running")).json).toMatchObject({ progress: { total: 1, done: 0 } });
  });

  it.each([
    ["a list", ["https://example.com/a.jpg"], { images: ["https://example.com/a.jpg"] }],
    ["a list with the options of the first release", { images: ["x"], topK: 3 }, { images: ["x"], topK: 3 }],
  ])("gives a release no field that %s did not ask for", async (_form, body, wanted) => {
    const api = testApi();
    await api.call("POST", "/classify", body, { "idempotency-key": "one" });
    const [execution] = api.executions.values();
    expect(JSON.parse(execution?.input ?? "")).toEqual({ topK: 5, ...wanted });
  });

  it.each([
    ["a list", { images: ["x"], topK: 5 }],
    ["a list that is too large for an input", { request: { bucket: "own-bucket", key: "requests/0.json" } }],
    ["the bare list of an execution that was started by hand", ["x"]],
  ])("starts a release with the input of the first API: %s", (_form, input) => {
    const event = parseEvent("map", MapInput, { executionId: "one", input });
    expect(() => parseEvent("map", WorkflowInput, event.input)).not.toThrow();
  });
});
