import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delayedStartArn, machineArn, testApi } from "./test-support/api.ts";

const now = Date.UTC(2027, 0, 1);
const soon = new Date(now + 60_000).toISOString();

beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("DELETE of an execution that has not begun", () => {
  const held = async () => {
    const api = testApi();
    const body = { images: ["https://example.com/a.jpg"], notBefore: soon };
    await api.call("POST", "/classify", body, { "idempotency-key": "x" });
    return api;
  };

  it("cancels its start", async () => {
    const api = await held();
    expect(await api.call("DELETE", "/executions/x")).toMatchObject({ status: 202, json: { status: "ABORTED" } });
    expect([...api.executions.keys()]).toEqual([`${delayedStartArn}/x`]);
    const { json } = await api.call("GET", "/executions/x");
    expect(json).toMatchObject({ status: "ABORTED", notBefore: soon, error: { code: "Stopped" } });
  });

  it("stops also what was started while it was cancelled", async () => {
    const api = await held();
    vi.setSystemTime(now + 59_900);
    const { input } = api.executions.get(`${delayedStartArn}/x`) ?? {};
    const response = api.call("DELETE", "/executions/x");
    await vi.advanceTimersByTimeAsync(1_500);
    api.end("x", { status: "RUNNING", input });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(((await response).json as { status: string }).status).toBe("ABORTED");
    expect(api.executions.get(`${machineArn}/x`)?.status).toBe("ABORTED");
  });

  it("does not change one that could not be started", async () => {
    const api = await held();
    api.end("x", { status: "FAILED", input: "{}" }, delayedStartArn);
    expect(await api.call("DELETE", "/executions/x")).toMatchObject({ status: 202, json: { status: "FAILED" } });
  });
});
