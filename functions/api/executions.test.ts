import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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
    const progress = { total: 1, done: 0 };
    expect([status, json]).toEqual([200, { executionId: "running", status: "RUNNING", release, startedAt, progress }]);
  });

  it("asks a client to come back later, the later the longer an execution runs", async () => {
    const api = testApi();
    const asked = async (secondsAgo: number) => {
      api.end("x", { status: "RUNNING", startDate: new Date(Date.now() - secondsAgo * 1_000) });
      return (await api.call("GET", "/executions/x")).headers["retry-after"];
    };
    expect([await asked(1), await asked(35), await asked(3_600)]).toEqual(["1", "4", "10"]);
    api.end("x", succeeded({}));
    expect((await api.call("GET", "/executions/x")).headers).not.toHaveProperty("retry-after");
  });

  it("shows an execution as it was seen last while Step Functions limits requests", async () => {
    const api = testApi();
    api.end("x", { status: "RUNNING" });
    await api.call("GET", "/executions/x");
    api.executions.get = () => {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    };
    expect(await api.call("GET", "/executions/x")).toMatchObject({ status: 200, json: { status: "RUNNING" } });
    expect(await api.call("GET", "/executions/unseen")).toMatchObject({
      status: 429,
      json: { code: "TooManyRequests" },
    });
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

describe("GET /executions/{id}?wait", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("responds as soon as the execution ends", async () => {
    const api = testApi();
    api.end("x", { status: "RUNNING", startDate: new Date() });
    const response = api.call("GET", "/executions/x?wait=5");
    await vi.advanceTimersByTimeAsync(1_500);
    api.end("x", succeeded({}));
    await vi.advanceTimersByTimeAsync(500);
    expect((await response).json).toMatchObject({ status: "SUCCEEDED" });
  });

  it.each([
    ["the time asked for", "2", 2],
    ["the stack's maximum", "600", 5],
    ["no time", "0", 0],
  ])("shows a running execution after %s", async (_what, wait, seconds) => {
    const api = testApi();
    api.end("x", { status: "RUNNING", startDate: new Date() });
    const begun = Date.now();
    const response = api.call("GET", `/executions/x?wait=${wait}`).then((answer) => [answer.json, Date.now() - begun]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await response).toMatchObject([{ status: "RUNNING" }, seconds * 1_000]);
  });

  it.each(["-1", "1.5", "soon", ""])("refuses %j", async (wait) => {
    const { status, json } = await testApi().call("GET", `/executions/x?wait=${wait}`);
    expect([status, json]).toMatchObject([400, { code: "InvalidRequest", details: [{ path: "wait" }] }]);
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
