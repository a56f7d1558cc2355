import { describe, expect, it } from "vitest";
import { apiLimits, statesLimits } from "../../contract/limits.ts";
import { WorkflowInput } from "../../contract/workflow.ts";
import { machineArn, testApi } from "./test-support/api.ts";

const root = "https://abc.execute-api.eu-central-1.amazonaws.com/dev";
const photo = "https://example.com/a.jpg";

describe("POST /classify", () => {
  it("starts an execution of the bare list with the default top k", async () => {
    const api = testApi();
    const { status, json, headers } = await api.call("POST", "/classify", [photo, "s3://own-bucket/uploads/b.jpg"]);
    expect(status).toBe(202);
    const { executionId } = json as { executionId: string };
    expect(json).toEqual({ executionId, status: "RUNNING", statusUrl: `${root}/executions/${executionId}` });
    expect(headers["location"]).toBe(`${root}/executions/${executionId}`);
    const input = api.executions.get(`${machineArn}/${executionId}`)?.input ?? "";
    expect(JSON.parse(input)).toEqual({ images: [photo, "s3://own-bucket/uploads/b.jpg"], topK: 5 });
  });

  it("accepts the object form, and passes on apostrophes and non-ASCII characters unchanged", async () => {
    const api = testApi();
    const images = ['https://example.com/l\'été "1".jpg'];
    await api.call("POST", "/classify", { images, topK: 3 });
    const [execution] = [...api.executions.values()];
    expect(JSON.parse(execution?.input ?? "")).toEqual({ images, topK: 3 });
  });

  it.each([
    ["an empty list", [], ""],
    ["a number among the images", [photo, 7], "1"],
    ["an empty reference", [photo, ""], "1"],
    ["an empty reference", [photo, ""], "1"],
    ["a top k above the limit", { images: [photo], topK: apiLimits.maxTopK + 1 }, "topK"],
    ["a limit of no images", { images: [photo], maxImages: 0 }, "maxImages"],
    ["an unknown property", { images: [photo], topk: 3 }, ""],
    ["a manifest that is no object", { manifest: "https://example.com/list.json" }, "manifest"],
    ["a manifest that is a prefix", { manifest: "s3://photos/lists/" }, "manifest"],
    ["a prefix that does not end", { images: "s3://photos/2027" }, "images"],
    ["a single image that is no list", { images: photo }, "images"],
    ["images that are a number", { images: 7 }, "images"],
    ["images and a manifest", { images: [photo], manifest: "s3://photos/list.json" }, ""],
    ["neither images nor a manifest", { topK: 3 }, "images"],
    ["null", "null", ""],
  ])("rejects %s and reports where", async (_what, body, path) => {
    const api = testApi();
    const { status, json } = await api.call("POST", "/classify", body);
    expect([status, json]).toMatchObject([400, { code: "InvalidRequest", details: [{ path }] }]);
    expect(api.executions.size).toBe(0);
  });

  it.each([
    { images: "s3://photos/2027/", topK: 3 },
    { images: "s3://photos/", topK: 5, maxImages: 7 },
    { images: "s3://own-bucket/samples/", topK: 5 },
    { manifest: "s3://photos/lists/all.csv.gz", topK: 5 },
    { manifest: "s3://own-bucket/uploads/list.jsonl", topK: 5 },
  ])("starts an execution of a prefix or a manifest: %j", async (body) => {
    const api = testApi();
    expect((await api.call("POST", "/classify", body)).status).toBe(202);
    const [execution] = [...api.executions.values()];
    expect(JSON.parse(execution?.input ?? "")).toEqual(body);
  });

  it.each([
    [{ images: "s3://other/2027/" }, "images", 'setting "imageBuckets"'],
    [{ images: "s3://own-bucket/" }, "images", 'must begin with "samples/"'],
    [{ images: "s3://own-bucket/uploads/" }, "images", "the images of every user"],
    [{ images: "s3://own-bucket/results/" }, "images", 'must begin with "samples/"'],
    [{ manifest: "s3://other/list.csv" }, "manifest", 'setting "imageBuckets"'],
    [{ manifest: "s3://own-bucket/results/x.json" }, "manifest", 'only "uploads/" and "samples/"'],
  ])("refuses a bucket that this stack may not read, before the start: %j", async (body, path, words) => {
    const api = testApi();
    const { status, json } = await api.call("POST", "/classify", body);
    expect([status, json]).toMatchObject([400, { code: "BucketNotAllowed", details: [{ path }] }]);
    expect((json as { message: string }).message).toContain(words);
    expect(api.executions.size).toBe(0);
  });

  it.each([
    [{ images: "s3://photos/2027/" }, "images"],
    [{ manifest: "s3://photos/list.csv" }, "manifest"],
  ])("is not synchronous for %j, whose images are not known", async (body, path) => {
    const { status, json } = await testApi().call("POST", "/classify/sync", body);
    expect([status, json]).toMatchObject([400, { code: "InvalidRequest", details: [{ path }] }]);
    expect((json as { message: string }).message).toContain("use POST /classify");
  });

  it.each([
    ["nothing in a list of lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400, "InvalidRequest"],
    ["what the gateway makes of bytes that are not UTF-8", '["https://example.com/\ufffd.jpg"]', 400, "InvalidJson"],
  ])("refuses %s", async (_what, body, status, code) => {
    const response = await testApi().call("POST", "/classify", body);
    expect(response).toMatchObject({ status, json: { code } });
  });

  it("accepts a request with a reference that is too long, whose result reports it", async () => {
    const images = [photo, `https://example.com/${"x".repeat(apiLimits.imageReferenceLength)}`];
    expect((await testApi().call("POST", "/classify", images)).status).toBe(202);
  });

  it("does not report the rules of the object form if a list was sent", async () => {
    const { json } = await testApi().call("POST", "/classify", [3]);
    expect((json as { details: unknown[] }).details).toHaveLength(1);
  });

  it.each([
    ["no JSON", "['a']", {}, 400, "InvalidJson"],
    ["another content type", "[]", { "content-type": "text/plain" }, 415, "UnsupportedMediaType"],
  ])("refuses %s", async (_what, body, headers, status, code) => {
    const answer = await testApi().call("POST", "/classify", body, headers);
    expect([answer.status, answer.json]).toMatchObject([status, { code }]);
  });

  it("accepts a list whose results do not fit the state", async () => {
    const images = Array.from({ length: 1_000 }, (_, at) => `https://example.com/${at}.jpg`);
    expect((await testApi().call("POST", "/classify", images)).status).toBe(202);
  });

  it("rejects more images than one execution can return, stating how many fit", async () => {
    const api = testApi({ REDUCE_STORAGE_MB: 64 });
    const images = Array.from({ length: 80_000 }, (_, at) => `a.test/${at}`);
    const { status, json } = await api.call("POST", "/classify", { images, topK: 20 });
    expect([status, json]).toMatchObject([413, { code: "TooManyImages" }]);
    const fitting = Number(/send about (\d+)/.exec((json as { message: string }).message)?.[1]);
    const fewer = { images: images.slice(0, fitting), topK: 20 };
    expect((await api.call("POST", "/classify", fewer)).status).toBe(202);
  });

  it("rejects more images than the request itself allows, for both routes", async () => {
    const api = testApi();
    for (const path of ["/classify", "/classify/sync"]) {
      const { status, json } = await api.call("POST", path, { images: [photo, photo], maxImages: 1 });
      expect([status, json]).toMatchObject([413, { code: "TooManyImages" }]);
      expect((json as { message: string }).message).toContain('at most 1 are allowed ("maxImages" of the request)');
    }
    expect((await api.call("POST", "/classify", { images: [photo], maxImages: 1 })).status).toBe(202);
  });

  it("stores a request that is too large for an execution's input in the bucket, named by its content", async () => {
    const api = testApi();
    const images = new Array<string>(300).fill(`https://example.com/${"long/".repeat(400)}a.jpg`);
    expect(JSON.stringify(images).length).toBeGreaterThan(statesLimits.payloadBytes);
    expect((await api.call("POST", "/classify", images, { "idempotency-key": "large" })).status).toBe(202);
    expect((await api.call("POST", "/classify", images, { "idempotency-key": "large" })).status).toBe(202);
    const input = WorkflowInput.parse(JSON.parse(api.executions.get(`${machineArn}/large`)?.input ?? ""));
    const [[location, text] = ["", ""]] = [...api.objects];
    expect(input).toEqual({ request: { bucket: "own-bucket", key: location.replace("own-bucket/", "") } });
    expect(location).toMatch(/^own-bucket\/requests\/[0-9a-f]{64}\.json$/);
    expect(JSON.parse(text)).toEqual({ images, topK: 5 });
    const other = await api.call("POST", "/classify", [...images, photo], { "idempotency-key": "large" });
    expect(other.status).toBe(409);
  });
});

describe("Idempotency-Key", () => {
  const headers = { "idempotency-key": "order-7" };

  it("names the execution, and returns it again while it runs and after it has ended", async () => {
    const api = testApi();
    const first = await api.call("POST", "/classify", [photo], headers);
    expect(first.json).toMatchObject({ executionId: "order-7", status: "RUNNING" });
    expect((await api.call("POST", "/classify", { images: [photo] }, headers)).json).toEqual(first.json);
    const { input } = api.executions.get(`${machineArn}/order-7`) ?? {};
    api.end("order-7", { status: "SUCCEEDED", input, output: "{}" });
    const third = await api.call("POST", "/classify", [photo], headers);
    expect([third.status, third.json]).toMatchObject([202, { executionId: "order-7", status: "SUCCEEDED" }]);
  });

  it("is rejected for another body, whether the execution is running or ended", async () => {
    const api = testApi();
    await api.call("POST", "/classify", [photo], headers);
    const conflict = await api.call("POST", "/classify", [photo, photo], headers);
    expect([conflict.status, conflict.json]).toMatchObject([409, { code: "IdempotencyConflict" }]);
  });

  it.each(["a b", "ä", "x".repeat(statesLimits.executionNameLength + 1)])("is rejected as %j", async (key) => {
    const answer = await testApi().call("POST", "/classify", [photo], { "idempotency-key": key });
    expect([answer.status, answer.json]).toMatchObject([400, { code: "InvalidRequest" }]);
  });
});
