import { describe, expect, it } from "vitest";
import { lazy } from "./lazy.ts";

describe("lazy", () => {
  it("creates the value once, on first use, even for concurrent callers", async () => {
    let value = 0;
    const get = lazy(async () => ++value);
    expect(value).toBe(0);
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it("retries after a failure", async () => {
    const attempts = [Promise.reject(new Error("not yet")), Promise.resolve("value")];
    const get = lazy(() => attempts.shift() ?? Promise.reject(new Error("called too often")));
    await expect(get()).rejects.toThrow("not yet");
    expect(await get()).toBe("value");
  });
});
