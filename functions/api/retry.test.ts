import { describe, expect, it } from "vitest";
import { release, testApi } from "./test-support/api.ts";

const resultsLocation = { bucket: "own-bucket", key: "results/done.json" };
const counts = { total: 9, succeeded: 4, failed: 5 };

/** An API with an execution that has succeeded, whose results are there. */
function withEnded(outcome: object = {}, environment: Parameters<typeof testApi>[0] = {}) {
  const api = testApi(environment);
  const output = { executionId: "done", release, counts, transient: 2, topK: 3, resultsLocation, ...outcome };
  api.end("done", { status: "SUCCEEDED", output: JSON.stringify(output) });
  api.objects.set("own-bucket/results/done.json", "[]");
  return api;
}
const retry = "/executions/done/retry";

describe("POST /executions/{id}/retry", () => {
  it("starts an execution of the images that failed for a transient reason, which names the first one", async () => {
    const api = withEnded();
    const { status, json, headers } = await api.call("POST", retry, undefined, { "idempotency-key": "again" });
    expect([status, json]).toMatchObject([202, { executionId: "again", status: "RUNNING", retryOf: "done" }]);
    expect(headers["location"]).toMatch(/\/executions\/again$/);
    const started = [...api.executions].find(([name]) => name.endsWith("/again"))?.[1];
    expect(JSON.parse(started?.input ?? "")).toEqual({ retryOf: "done", results: resultsLocation, topK: 3 });
    expect((await api.call("GET", "/executions/again")).json).toMatchObject({ retryOf: "done" });
  });

  it("hands over where to send a webhook, and how many objects were skipped", async () => {
    const api = withEnded({ counts: { ...counts, skipped: 3 } }, { NOTIFY_HOSTS: ["hooks.test"] });
    const body = { notify: "https://hooks.test/done" };
    expect((await api.call("POST", retry, body, { "idempotency-key": "again" })).status).toBe(202);
    const started = [...api.executions].find(([name]) => name.endsWith("/again"))?.[1];
    expect(JSON.parse(started?.input ?? "")).toMatchObject({ ...body, skipped: 3 });
  });

  it.each([
    ["a webhook that the stack does not send", { notify: "https://other.test/" }, "NotifyNotAllowed"],
    ["other fields", { images: ["a"] }, "InvalidRequest"],
    ["a body that is not JSON", "{", "InvalidJson"],
  ])("refuses %s", async (_what, body, code) => {
    const { json } = await withEnded({}, { NOTIFY_HOSTS: ["hooks.test"] }).call("POST", retry, body);
    expect(json).toMatchObject({ code });
  });

  it("retries a retry, whose results are the full list again", async () => {
    const api = withEnded();
    const location = { bucket: "own-bucket", key: "results/second.jsonl" };
    const outcome = { executionId: "second", release, counts, transient: 1, topK: 3, resultsLocation: location };
    const input = JSON.stringify({ retryOf: "done", results: resultsLocation, topK: 3 });
    api.end("second", { status: "SUCCEEDED", input, output: JSON.stringify(outcome) });
    api.objects.set("own-bucket/results/second.jsonl", "");
    const { json } = await api.call("POST", "/executions/second/retry", undefined, { "idempotency-key": "third" });
    expect(json).toMatchObject({ retryOf: "second" });
    const started = [...api.executions].find(([name]) => name.endsWith("/third"))?.[1];
    expect(JSON.parse(started?.input ?? "")).toEqual({ retryOf: "second", results: location, topK: 3 });
  });

  it("refuses a key that belongs to another request", async () => {
    const { json } = await withEnded().call("POST", retry, undefined, { "idempotency-key": "done" });
    expect(json).toMatchObject({ code: "IdempotencyConflict" });
  });

  it("returns the same execution for the same Idempotency-Key, and another one without it", async () => {
    const api = withEnded();
    const ids = [];
    for (const headers of [{ "idempotency-key": "again" }, { "idempotency-key": "again" }, {}]) {
      ids.push(((await api.call("POST", retry, undefined, headers)).json as { executionId: string }).executionId);
    }
    expect(ids.slice(0, 2)).toEqual(["again", "again"]);
    expect(ids[2]).not.toBe("again");
  });

  it("can retry an execution of a release that did not count transient errors", async () => {
    const api = withEnded({ transient: undefined, topK: undefined });
    expect((await api.call("POST", retry)).status).toBe(202);
  });

  it.each([
    ["with other errors only", { transient: 0 }],
    ["without errors, of an older release", { transient: undefined, counts: { total: 9, succeeded: 9, failed: 0 } }],
  ])("has nothing to retry of an execution %s", async (_what, outcome) => {
    const { status, json } = await withEnded(outcome).call("POST", retry);
    expect([status, json]).toMatchObject([409, { code: "NothingToRetry" }]);
  });

  it("refuses an execution that runs, failed, is unknown or has lost its results", async () => {
    const api = withEnded();
    api.end("running", { status: "RUNNING" });
    api.end("failed", { status: "FAILED" });
    api.objects.clear();
    const codes = [];
    for (const id of ["running", "failed", "absent", "done"]) {
      const { status, json } = await api.call("POST", `/executions/${id}/retry`);
      codes.push([status, (json as { code: string }).code]);
    }
    expect(codes).toEqual([
      [409, "ExecutionNotFinished"],
      [409, "NothingToRetry"],
      [404, "NotFound"],
      [409, "ResultsExpired"],
    ]);
  });
});
