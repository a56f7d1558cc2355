import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { apiLimits, daySeconds, inlineStateBytes } from "../../contract/limits.ts";
import { WorkflowInput } from "../../contract/workflow.ts";
import { delayedStartArn, machineArn, testApi } from "./test-support/api.ts";

const now = Date.UTC(2027, 0, 1);
const ahead = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const photo = "https://example.com/a.jpg";
const soon = ahead(60);
const statusOf = ({ json }: { readonly json: unknown }) => (json as { status: string }).status;
const post = (api: ReturnType<typeof testApi>, body: object, key?: string) =>
  api.call("POST", "/classify", body, key === undefined ? {} : { "idempotency-key": key });

beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("POST /classify with notBefore", () => {
  it("has an execution started later, with the request as its input and its time in UTC", async () => {
    const api = testApi();
    const answer = await post(api, { images: [photo], notBefore: "2027-01-01T02:00:00+01:00" });
    expect([answer.status, statusOf(answer)]).toEqual([202, "SCHEDULED"]);
    const [[place = "", execution] = []] = [...api.executions];
    const { executionId } = answer.json as { executionId: string };
    expect(place).toBe(`${delayedStartArn}/${executionId}`);
    const input: unknown = JSON.parse(execution?.input ?? "");
    expect(input).toEqual({ images: [photo], topK: 5, notBefore: "2027-01-01T01:00:00.000Z" });
    expect(WorkflowInput.parse(input)).toEqual(input);
  });

  it.each([ahead(0), ahead(-1), "1999-12-31T23:59Z"])(
    "starts at once what should have started at %s",
    async (notBefore) => {
      const api = testApi();
      const answer = await post(api, { images: [photo], notBefore }, "key");
      expect(statusOf(answer)).toBe("RUNNING");
      expect([...api.executions.keys()]).toEqual([`${machineArn}/key`]);
    },
  );

  it("keeps the time beside the location of a request that is too large for an execution's input", async () => {
    const api = testApi();
    const images = Array.from({ length: 20_000 }, (_, at) => `https://example.com/${at}.jpg`);
    await post(api, { images, notBefore: soon }, "large");
    const input = JSON.parse(api.executions.get(`${delayedStartArn}/large`)?.input ?? "") as object;
    expect(input).toEqual({ request: expect.anything(), notBefore: soon });
  });

  it.each([
    ["no time", "tomorrow"],
    ["a time without an offset", "2027-01-01T02:00:00"],
    ["a day", "2027-01-02"],
    ["a day that does not exist", "2027-02-30T02:00:00Z"],
    ["a number", 1_800_000_000],
    ["null", null],
    ["a time more than seven days ahead", ahead(apiLimits.delaySeconds + 1)],
    ["a time in a thousand years", "3027-01-01T00:00:00Z"],
  ])("refuses %s by the name of the field", async (_what, notBefore) => {
    const api = testApi({ UPLOAD_RETENTION_DAYS: 30 });
    const answer = await post(api, { images: [photo], notBefore });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { code: "InvalidRequest", details: [{ path: "notBefore" }] },
    ]);
    expect(api.executions.size).toBe(0);
  });

  it("accepts a time exactly seven days ahead", async () => {
    expect((await post(testApi(), { images: [photo], notBefore: ahead(apiLimits.delaySeconds) })).status).toBe(202);
  });

  const hour = 3_600;
  const large = Array.from({ length: inlineStateBytes / 20 }, (_, at) => `https://example.com/${at}.jpg`);
  it.each<[string, object, number, boolean]>([
    [
      "an upload, whose execution ends in time",
      { images: ["s3://own-bucket/uploads/a.jpg"] },
      3 * 24 * hour - hour,
      true,
    ],
    [
      "an upload that would expire before its end",
      { images: [photo, "s3://own-bucket/uploads/a"] },
      3 * 24 * hour - hour + 1,
      false,
    ],
    ["an upload by another spelling", { images: ["S3://own-bucket/uploads/a.jpg"] }, 3 * 24 * hour, false],
    ["a manifest among the uploads", { manifest: "s3://own-bucket/uploads/a.csv" }, 3 * 24 * hour, false],
    ["a manifest elsewhere", { manifest: "s3://photos/uploads/a.csv" }, 6 * 24 * hour, true],
    ["a prefix", { images: "s3://photos/" }, 6 * 24 * hour, true],
    ["a small request", { images: [photo] }, 6 * 24 * hour, true],
    ["a stored request that is kept long enough", { images: large }, 3 * 24 * hour, true],
    ["a stored request that would be deleted before its start", { images: large }, 3 * 24 * hour + 1, false],
  ])("compares the time with how long uploads are kept: %s", async (_what, request, seconds, accepted) => {
    const answer = await post(testApi({ UPLOAD_RETENTION_DAYS: 3 }), { ...request, notBefore: ahead(seconds) });
    if (accepted) return expect(answer.status).toBe(202);
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { code: "InvalidRequest", details: [{ path: "notBefore" }] },
    ]);
    const { message } = answer.json as { message: string };
    expect(message).toMatch(/"notBefore" is .*\(setting "uploadRetentionDays"\).*choose a time until 2027-/);
  });

  it("refuses an upload at once if an execution may take longer than it is kept", async () => {
    const api = testApi({ UPLOAD_RETENTION_DAYS: 1, WORKFLOW_TIMEOUT_SECONDS: 10 * daySeconds });
    const answer = await post(api, { images: ["s3://own-bucket/uploads/a.jpg"], notBefore: soon });
    expect(answer.status).toBe(400);
  });

  it.each([soon, ahead(-60)])("is not for the synchronous API: %s", async (notBefore) => {
    const { status, json } = await testApi().call("POST", "/classify/sync", { images: [photo], notBefore });
    expect([status, json]).toMatchObject([400, { code: "InvalidRequest", details: [{ path: "notBefore" }] }]);
  });
});

describe("an Idempotency-Key of a delayed start", () => {
  const request = { images: [photo], notBefore: soon };

  it("finds the execution while it waits, when it has begun, and when it has ended", async () => {
    const api = testApi();
    await post(api, request, "key");
    expect(statusOf(await post(api, request, "key"))).toBe("SCHEDULED");
    expect(api.executions.size).toBe(1);
    const { input } = api.executions.get(`${delayedStartArn}/key`) ?? {};
    vi.setSystemTime(now + 61_000);
    expect(statusOf(await post(api, request, "key"))).toBe("SCHEDULED");
    api.end("key", { status: "SUCCEEDED", input }, delayedStartArn);
    api.end("key", { status: "RUNNING", input });
    expect(statusOf(await post(api, request, "key"))).toBe("RUNNING");
    api.end("key", { status: "SUCCEEDED", input });
    expect(statusOf(await post(api, request, "key"))).toBe("SUCCEEDED");
    expect(api.executions.size).toBe(2);
  });

  it("finds an execution that was cancelled, also when its time has come", async () => {
    const api = testApi();
    await post(api, request, "key");
    await api.call("DELETE", "/executions/key");
    expect(statusOf(await post(api, request, "key"))).toBe("ABORTED");
    vi.setSystemTime(now + 61_000);
    expect(statusOf(await post(api, request, "key"))).toBe("ABORTED");
    expect([...api.executions.keys()]).toEqual([`${delayedStartArn}/key`]);
  });

  it.each<[string, object, object]>([
    ["a later time", request, { images: [photo], notBefore: ahead(120) }],
    ["other images", request, { images: ["https://example.com/b.jpg"], notBefore: soon }],
    ["no time", request, { images: [photo] }],
    ["a time, after a request without one", { images: [photo] }, request],
  ])("is refused for %s, and nothing is started", async (_what, first, second) => {
    const api = testApi();
    await post(api, first, "key");
    const answer = await post(api, second, "key");
    expect([answer.status, answer.json]).toMatchObject([409, { code: "IdempotencyConflict" }]);
    expect(api.executions.size).toBe(1);
  });
});

describe("an execution that has not begun", () => {
  const held = async (notBefore = soon) => {
    const api = testApi();
    await post(api, { images: [photo, photo], notBefore }, "x");
    return api;
  };

  it("is SCHEDULED, and says until when", async () => {
    const api = await held();
    const { json, headers } = await api.call("GET", "/executions/x");
    const startedAt = "1970-01-01T00:00:01.000Z";
    const progress = { total: 1, done: 0 };
    expect(json).toEqual({ executionId: "x", status: "SCHEDULED", startedAt, notBefore: soon, progress });
    expect(headers["retry-after"]).toBe("10");
    vi.setSystemTime(now + 57_500);
    expect((await api.call("GET", "/executions/x")).headers["retry-after"]).toBe("3");
  });

  it("is shown as it goes on in the main workflow, once it has begun", async () => {
    const api = await held();
    api.end("x", { status: "SUCCEEDED" }, delayedStartArn);
    api.end("x", { status: "RUNNING" });
    const { json } = await api.call("GET", "/executions/x");
    expect(json).toMatchObject({ status: "RUNNING", release: expect.any(String) });
    expect(json).not.toHaveProperty("notBefore");
  });

  it("stays SCHEDULED while its start is not visible yet", async () => {
    const api = await held();
    const input = JSON.stringify({ notBefore: soon });
    api.end("x", { status: "SUCCEEDED", input, stopDate: new Date(now) }, delayedStartArn);
    expect(statusOf(await api.call("GET", "/executions/x"))).toBe("SCHEDULED");
  });

  it("is not found if it was started more than a minute ago and is still not visible", async () => {
    const api = testApi();
    const input = JSON.stringify({ notBefore: soon });
    const seenAfter = async (ms: number) => {
      api.end("x", { status: "SUCCEEDED", input, stopDate: new Date(now - ms) }, delayedStartArn);
      const { status, json } = await api.call("GET", "/executions/x");
      return [status, json];
    };
    expect(await seenAfter(60_000)).toMatchObject([200, { status: expect.any(String) }]);
    const message = expect.stringContaining("was started at 2026-12-31T23:58:59.999Z");
    expect(await seenAfter(60_001)).toMatchObject([404, { code: "NotFound", message }]);
  });

  it("has failed if it could not be started", async () => {
    const api = await held();
    const input = JSON.stringify({ images: [photo], notBefore: soon });
    api.end("x", { status: "FAILED", error: "NotStarted", cause: "It could not.", input }, delayedStartArn);
    const { json, headers } = await api.call("GET", "/executions/x");
    expect(json).toMatchObject({
      status: "FAILED",
      notBefore: soon,
      error: { code: "NotStarted", message: "It could not." },
    });
    expect(headers).not.toHaveProperty("retry-after");
  });

  it.each(["[]", "null", '{"notBefore": "tomorrow"}', '{"notBefore": 5}'])(
    "is shown with the input %s, too",
    async (input) => {
      const api = await held();
      api.end("x", { status: "FAILED", input }, delayedStartArn);
      const { status, json } = await api.call("GET", "/executions/x");
      expect([status, json]).toMatchObject([200, { status: "FAILED" }]);
      expect(json).not.toHaveProperty("notBefore");
    },
  );

  it("has no results yet, and none if it was cancelled", async () => {
    const api = await held();
    const early = await api.call("GET", "/executions/x/results");
    expect([early.status, early.json, early.headers["retry-after"]]).toMatchObject([
      409,
      { code: "ExecutionNotFinished" },
      "10",
    ]);
    expect((early.json as { message: string }).message).toContain("SCHEDULED");
    await api.call("DELETE", "/executions/x");
    expect(await api.call("GET", "/executions/x/results")).toMatchObject({ status: 404, json: { code: "NotFound" } });
  });

  it("cannot be retried while it waits, and has nothing to retry if it was cancelled", async () => {
    const api = await held();
    expect(await api.call("POST", "/executions/x/retry")).toMatchObject({
      status: 409,
      json: { code: "ExecutionNotFinished" },
    });
    await api.call("DELETE", "/executions/x");
    expect(await api.call("POST", "/executions/x/retry")).toMatchObject({ json: { code: "NothingToRetry" } });
  });

  it.each([
    ["is not waited for if it begins later", 60, 0],
    ["is waited for if it begins in time", 3, 5_000],
  ])("%s", async (_what, seconds, waited) => {
    const api = await held(ahead(seconds));
    const response = api.call("GET", "/executions/x?wait=5").then((answer) => [statusOf(answer), Date.now() - now]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await response).toEqual(["SCHEDULED", waited]);
  });

  it("is shown as it was seen last while Step Functions limits requests", async () => {
    const api = await held();
    await api.call("GET", "/executions/x");
    api.executions.get = () => {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    };
    expect(statusOf(await api.call("GET", "/executions/x"))).toBe("SCHEDULED");
  });
});
