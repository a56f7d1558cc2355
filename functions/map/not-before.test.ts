import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { awaitStart } from "./not-before.ts";

const at = (ms: number) => new Date(Date.now() + ms).toISOString();

describe("the earliest start of an execution that is planned", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ["no time", () => undefined],
    ["a time that has passed", () => at(-1)],
  ])("does not delay it for %s", async (_what, time) => {
    await awaitStart(time(), undefined);
  });

  it("is awaited if only the clocks of two services differ", async () => {
    let begun = 0;
    void awaitStart(at(4_000), undefined).then(() => {
      begun = Date.now();
    });
    const before = Date.now();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun - before).toBe(4_000);
  });

  it("is refused in the future, by the name of the field and with the remedy", async () => {
    await expect(awaitStart(at(60_000), undefined)).rejects.toThrow(
      expect.objectContaining({
        name: "InvalidInput",
        message: expect.stringMatching(/"notBefore": is in the future.*"delayed-start".*POST \/classify/),
      }),
    );
  });

  it.each([-60_000, 60_000])("is refused while a caller waits (%d ms from now)", async (ms) => {
    const deadline = { startedAt: at(0), seconds: 22 };
    await expect(awaitStart(at(ms), deadline)).rejects.toThrow(/"notBefore": is not allowed while a caller waits/);
  });
});
