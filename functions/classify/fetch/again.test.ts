import { describe, expect, it } from "vitest";
import { ImageError } from "../image-error.ts";
import { type AgainRules, again, retryAfterMs } from "./again.ts";

const refusal = (afterMs = 0) => new ImageError("UpstreamError", "503", { again: { afterMs } });
const rules = (more: Partial<AgainRules> = {}): AgainRules => ({
  timeoutMs: 10,
  remaining: () => 60_000,
  signal: new AbortController().signal,
  random: () => 0,
  ...more,
});

/** Fails so often before it succeeds, and counts its calls. */
function failing(times: number, error: Error = refusal()) {
  let calls = 0;
  const fetch = async () => {
    calls += 1;
    if (calls <= times) throw error;
    return "image";
  };
  return { fetch, calls: () => calls };
}

describe("a fetch that fails for a moment", () => {
  it("is tried again until it succeeds", async () => {
    const { fetch, calls } = failing(4);
    expect(await again(fetch, rules())).toBe("image");
    expect(calls()).toBe(5);
  });

  it("is given up after five attempts, with the last error", async () => {
    const { fetch, calls } = failing(9);
    await expect(again(fetch, rules())).rejects.toMatchObject({ code: "UpstreamError" });
    expect(calls()).toBe(5);
  });

  it("is not tried again after an error that another attempt would repeat", async () => {
    for (const error of [new ImageError("ImageNotFound", "404"), new TypeError("not an image's error")]) {
      const { fetch, calls } = failing(1, error);
      await expect(again(fetch, rules())).rejects.toBe(error);
      expect(calls()).toBe(1);
    }
  });

  it("is not tried again if another attempt may not end in time", async () => {
    const { fetch, calls } = failing(1);
    await expect(again(fetch, rules({ timeoutMs: 1_000, remaining: () => 999 }))).rejects.toThrow("503");
    const slow = failing(1, refusal(30_000));
    await expect(again(slow.fetch, rules({ remaining: () => 30_000 }))).rejects.toThrow("503");
    expect([calls(), slow.calls()]).toEqual([1, 1]);
  });

  it("is tried again once after a timeout", async () => {
    const timeout = new ImageError("FetchTimeout", "late", { again: { afterMs: 0 } });
    expect(await again(failing(1, timeout).fetch, rules())).toBe("image");
    const { fetch, calls } = failing(2, timeout);
    await expect(again(fetch, rules())).rejects.toBe(timeout);
    expect(calls()).toBe(2);
  });

  it("waits at least as long as the host says, and longer with each attempt", async () => {
    const waits: number[] = [];
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      if (calls < 4) throw refusal(calls === 1 ? 2_000 : 0);
    };
    const wait = async (milliseconds: number) => void waits.push(milliseconds);
    await again(fetch, rules({ random: () => 0.999, wait }));
    const [first = 0, second = 0, third = 0] = waits;
    expect(first).toBeGreaterThanOrEqual(2_000);
    expect(third).toBeGreaterThan(second);
  });

  it("stops waiting when the call ends, with the reason", async () => {
    const ended = new AbortController();
    const { fetch } = failing(1, refusal(20_000));
    const waiting = again(fetch, rules({ signal: ended.signal }));
    const reason = new Error("the call has ended");
    setTimeout(() => ended.abort(reason), 10);
    await expect(waiting).rejects.toBe(reason);
  });
});

it.each([
  [undefined, 0],
  ["3", 3_000],
  ["Thu, 26 Nov 2026 12:00:05 GMT", 5_000],
  ["Thu, 26 Nov 2026 11:00:00 GMT", 0],
  ["soon", 0],
  ["-1", 0],
])("Retry-After %o is %i ms", (header, milliseconds) => {
  expect(retryAfterMs(header, Date.parse("2026-11-26T12:00:00Z"))).toBe(milliseconds);
});
