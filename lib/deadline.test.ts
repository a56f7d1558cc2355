import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { abortable, late, within } from "./deadline.ts";

const never = new Promise<never>(() => {});

it("gives the result of work that ends in time, and its error", async () => {
  expect(await within(10_000, Promise.resolve("done"))).toBe("done");
  await expect(within(10_000, Promise.reject(new RangeError("too far")))).rejects.toThrow(RangeError);
});

it("gives `late` when time is up, at once where there is none left", async () => {
  expect(await within(1, never)).toBe(late);
  expect(await within(-1, never)).toBe(late);
});

it("waits until the signal aborts, and leaves no listener behind", async () => {
  const controller = new AbortController();
  const waiting = abortable(never, controller.signal);
  controller.abort(new Error("Ctrl-C"));
  await expect(waiting).rejects.toThrow("Ctrl-C");
  await expect(abortable(Promise.resolve("done"), controller.signal)).rejects.toThrow("Ctrl-C");
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve("done"), signal)).toBe("done");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
