import fc from "fast-check";
import { expect, it } from "vitest";
import { type ImageEntry, imageStates } from "./entry.ts";
import { summarise, summaryText } from "./summary.ts";

const entry = (state: ImageEntry["state"], code?: "ImageNotFound" | "HostNotFound"): ImageEntry => ({
  index: 0,
  image: "a",
  state,
  result: code === undefined ? undefined : { index: 0, image: "a", error: { code, message: "" } },
  runId: undefined,
  childArn: undefined,
});

it("counts every image exactly once", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...imageStates)), (states) => {
      const { total, counts } = summarise(states.map((state) => entry(state)));
      expect(total).toBe(states.length);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(states.length);
    }),
  );
});

it("groups errors by code, the most frequent first", () => {
  const failed = [entry("failed", "HostNotFound"), entry("failed", "ImageNotFound"), entry("failed", "ImageNotFound")];
  expect(summarise(failed).codes).toEqual([
    ["ImageNotFound", 2],
    ["HostNotFound", 1],
  ]);
});

it("says what is there and nothing else", () => {
  expect(summaryText(summarise([entry("done")]))).toBe("1 of 1 image classified");
  expect(summaryText(summarise([entry("done"), entry("queued"), entry("failed"), entry("waiting")]))).toBe(
    "1 of 4 images classified · 1 failed · 1 queued · 1 waiting",
  );
});
