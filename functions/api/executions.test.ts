import { describe, expect, it } from "vitest";
import { exampleArn, release, testApi } from "./test-support/api.ts";

const root = "https://abc.execute-api.eu-central-1.amazonaws.com/dev";
const counts = { total: 1, succeeded: 0, failed: 1 };
const results = [{ index: 0, image: "x", error: { code: "ImageNotFound", message: "There is no image." } }];
const resultsLocation = { bucket: "own-bucket", key: "results/done.json" };
const succeeded = (extra: object) => ({
  status: "SUCCEEDED" as const,
  output: JSON.stringify({ executionId: "done", release, counts, resultsLocation, ...extra }),
});

describe("GET /executions/{id}", () => {
  it("shows a running execution", async () => {
    const api = testApi();
    await api.call("POST", "/classify", ["x"], { "idempotency-key": "running" });
    const { status, json } = await api.call("GET", "/executions/running");
    const startedAt = "1970-01-01T00:00:01.000Z";
    expect([status, json]).toEqual([200, { executionId: "running", status: "RUNNING", release, startedAt }]);
  });

  it("shows counts and results of a successful execution", async () => {
    const api = testApi();
    api.end("done", succeeded({ results }));
    const { json } = await api.call("GET", "/executions/done");
    expect(json).toMatchObject({ status: "SUCCEEDED", finishedAt: "1970-01-01T00:00:02.500Z", counts, results });
    expect(json).not.toHaveProperty("resultsUrl");
  });

  it("returns a URL of the results if they do not fit", async () => {
    const api = testApi();
    api.end("done", succeeded({}));
    const { json } = await api.call("GET", "/executions/done");
    expect(json).toMatchObject({ counts, resultsUrl: `${root}/executions/done/results` });
    expect(json).not.toHaveProperty("results");
  });

  it.each([
    ["FAILED", "InvalidInput", '{"errorType":"InvalidInput","errorMessage":"no images"}', "InvalidInput", "no images"],
    [
      "FAILED",
      "States.DataLimitExceeded",
      "the state is too large",
      "States.DataLimitExceeded",
      "the state is too large",
    ],
    ["FAILED", undefined, undefined, "States.TaskFailed", "The workflow failed."],
    ["TIMED_OUT", undefined, undefined, "States.Timeout", "The workflow timed out."],
    ["ABORTED", undefined, undefined, "Stopped", "The execution was stopped."],
  ] as const)("states why an execution is %s (%s)", async (status, error, cause, code, message) => {
    const api = testApi();
    api.end("ended", { status, error, cause });
    const { json } = await api.call("GET", "/executions/ended");
    expect(json).toMatchObject({ status, error: { code, message } });
  });

  it.each(["absent", "with.dot", "x".repeat(200)])("returns 404 for %s", async (id) => {
    const { status, json } = await testApi().call("GET", `/executions/${id}`);
    expect([status, json]).toMatchObject([404, { code: "NotFound" }]);
  });
});

describe("GET /executions/{id}/results", () => {
  it("redirects to a freshly signed URL", async () => {
    const api = testApi();
    api.end("done", succeeded({}));
    const { status, headers } = await api.call("GET", "/executions/done/results");
    expect([status, headers["location"]]).toEqual([302, "https://own-bucket.example/results/done.json?signed"]);
  });

  it("returns 409 while the execution runs and 404 if it ended without results", async () => {
    const api = testApi();
    await api.call("POST", "/classify", ["x"], { "idempotency-key": "running" });
    api.end("failed", { status: "FAILED" });
    const running = await api.call("GET", "/executions/running/results");
    expect([running.status, running.json]).toMatchObject([409, { code: "ExecutionNotFinished" }]);
    expect((await api.call("GET", "/executions/failed/results")).status).toBe(404);
  });
});

describe("DELETE /executions/{id}", () => {
  it("stops a running execution, does not change one that has ended, and rejects an unknown one", async () => {
    const api = testApi();
    await api.call("POST", "/classify", ["x"], { "idempotency-key": "running" });
    const stopped = await api.call("DELETE", "/executions/running");
    expect([stopped.status, stopped.json]).toMatchObject([202, { executionId: "running", status: "ABORTED" }]);
    api.end("done", succeeded({}));
    expect((await api.call("DELETE", "/executions/done")).json).toMatchObject({ status: "SUCCEEDED" });
    expect((await api.call("DELETE", "/executions/absent")).status).toBe(404);
  });
});

describe("examples", () => {
  it.each(["GET", "POST"])("%s starts branch-map-reduce without a body", async (method) => {
    const api = testApi();
    const { status, json } = await api.call(method, "/examples/branch-map-reduce");
    const { executionId, statusUrl } = json as { executionId: string; statusUrl: string };
    expect([status, statusUrl]).toEqual([202, `${root}/examples/branch-map-reduce/executions/${executionId}`]);
    api.end(executionId, { status: "SUCCEEDED", output: '{"sum":36}' }, exampleArn);
    const view = await api.call("GET", `/examples/branch-map-reduce/executions/${executionId}`);
    expect(view.json).toEqual({ executionId, status: "SUCCEEDED", output: { sum: 36 } });
  });

  it("requires the three names in the input of three-images, because a missing path could not be caught", async () => {
    const { status, json } = await testApi().call("POST", "/examples/three-images", { branch1: { url: "x" } });
    expect([status, json]).toMatchObject([400, { details: [{ path: "branch2" }, { path: "branch3" }] }]);
  });

  it.each([
    ["single-task", "is not deployed"],
    ["other", "There is no example"],
  ])("returns 404 for %s", async (name, message) => {
    const { status, json } = await testApi().call("POST", `/examples/${name}`, {});
    expect([status, (json as { message: string }).message]).toEqual([404, expect.stringContaining(message)]);
  });
});
