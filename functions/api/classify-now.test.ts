import { describe, expect, it } from "vitest";
import { notReadyErrors, refusedErrors, unclearError } from "../../contract/errors.ts";
import { apiLimits } from "../../contract/limits.ts";
import { release, testApi } from "./test-support/api.ts";

const photo = "https://example.com/a.jpg";
const outcome = {
  executionId: "now-1",
  release,
  counts: { total: 1, succeeded: 1, failed: 0 },
  resultsLocation: { bucket: "own-bucket", key: "results/now-1.json" },
  results: [{ index: 0, image: photo, width: 4, height: 3, predictions: [{ label: "tabby", probability: 0.9 }] }],
};

describe("POST /classify/sync", () => {
  it("returns the results of the execution", async () => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "SUCCEEDED", output: JSON.stringify(outcome) });
    const { status, json } = await api.call("POST", "/classify/sync", [photo]);
    const { resultsLocation: _place, ...expected } = outcome;
    expect([status, json]).toEqual([200, expected]);
    expect(JSON.parse(api.synchronous.input)).toEqual({ images: [photo], topK: 5 });
  });

  it.each(notReadyErrors)("states when to retry while a function is not ready (%s)", async (error) => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "FAILED", error, cause: "pending" });
    const { status, json, headers } = await api.call("POST", "/classify/sync", [photo]);
    expect([status, json]).toMatchObject([503, { code: "ServiceUnavailable" }]);
    expect(headers["retry-after"]).toBe("30");
  });

  it.each([...refusedErrors, "StorageUnavailable"])("states when to retry when Lambda is busy (%s)", async (error) => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "FAILED", error, cause: "Rate Exceeded." });
    const { status, json, headers } = await api.call("POST", "/classify/sync", [photo]);
    expect([status, json]).toMatchObject([503, { code: "ServiceUnavailable" }]);
    expect(headers["retry-after"]).toBe("2");
  });

  it("does not call a missing permission busy", async () => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "FAILED", error: unclearError, cause: "not authorized" });
    expect((await api.call("POST", "/classify/sync", [photo])).status).toBe(500);
  });

  it("accepts 16 images and rejects 17, naming the route that accepts them", async () => {
    const api = testApi();
    api.synchronous.answer = async () => ({ status: "SUCCEEDED", output: JSON.stringify(outcome) });
    const images = new Array<string>(apiLimits.syncImages).fill(photo);
    expect((await api.call("POST", "/classify/sync", images)).status).toBe(200);
    const { status, json } = await api.call("POST", "/classify/sync", [...images, photo]);
    expect([status, json]).toMatchObject([413, { code: "TooManyImages" }]);
    expect((json as { message: string }).message).toContain("POST /classify,");
  });

  it("rejects references so long that their results may not fit the state of its workflow", async () => {
    // Three bytes per character: the body still fits.
    const longest = (at: number) => `${at}`.padEnd(apiLimits.imageReferenceLength, "\u0800");
    const images = Array.from({ length: 10 }, (_, at) => longest(at));
    const { status, json } = await testApi().call("POST", "/classify/sync", images);
    expect([status, json]).toMatchObject([413, { code: "TooManyImages" }]);
    expect((json as { message: string }).message).toContain("POST /classify,");
  });

  it.each([
    ["the workflow timed out", async () => ({ status: "TIMED_OUT" as const, error: "States.Timeout" })],
    ["the call took too long", () => Promise.reject(Object.assign(new Error(), { name: "TimeoutError" }))],
  ])("returns 504 when %s, naming the route that does not wait", async (_when, answer) => {
    const api = testApi();
    api.synchronous.answer = answer;
    const { status, json } = await api.call("POST", "/classify/sync", [photo]);
    expect([status, json]).toMatchObject([504, { code: "TimedOut" }]);
    expect((json as { message: string }).message).toContain("POST /classify");
  });

  it("returns 500 with the workflow's error if it failed", async () => {
    const api = testApi();
    const cause = JSON.stringify({ errorType: "InvalidInput", errorMessage: "no images" });
    api.synchronous.answer = async () => ({ status: "FAILED", error: "InvalidInput", cause });
    const { status, json } = await api.call("POST", "/classify/sync", [photo]);
    expect([status, json]).toMatchObject([
      500,
      { code: "InternalError", details: [{ path: "InvalidInput", message: "no images" }] },
    ]);
  });
});
