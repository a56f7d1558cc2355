import { describe, expect, it } from "vitest";
import { lazy } from "./lazy.ts";

describe("lazy", () => {
  it("makes once, with the first use, however many ask at the same time", async () => {
    let made = 0;
    const get = lazy(async () => ++made);
    expect(made).toBe(0);
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it("tries again after a failure", async () => {
    const answers = [Promise.reject(new Error("not yet")), Promise.resolve("made")];
    const get = lazy(() => answers.shift() ?? Promise.reject(new Error("asked too often")));
    await expect(get()).rejects.toThrow("not yet");
    expect(await get()).toBe("made");
  });
});
