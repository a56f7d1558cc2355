import { expect, it } from "vitest";
import { late, within } from "./deadline.ts";

it("gives the result of work that ends in time, its error, and `late` when time is up", async () => {
  expect(await within(10_000, Promise.resolve("done"))).toBe("done");
  await expect(within(10_000, Promise.reject(new RangeError("too far")))).rejects.toThrow(RangeError);
  expect(await within(1, new Promise(() => {}))).toBe(late);
});
