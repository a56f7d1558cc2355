import fc from "fast-check";
import { expect, it } from "vitest";
import { type ImageEntry, imageStates } from "./entry.ts";
import { doneOf, summarise, summaryText } from "./summary.ts";

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

it("counts images as done that are done according to the Map Run, each exactly once", () => {
  const entries = [entry("done"), entry("failed"), entry("running"), entry("queued"), entry("waiting")];
  const summary = summarise(entries, 4);
  expect(summaryText(summary)).toBe("1 of 5 images classified · 1 failed · 2 done, not read yet · 1 waiting");
  expect(doneOf(summary)).toBe(4);
  const stopped = [entry("failed"), entry("aborted"), entry("aborted")];
  expect(summaryText(summarise(stopped, 2))).toBe(
    "0 of 3 images classified · 1 failed · 1 done, not read yet · 1 without a result",
  );
  expect(summarise(entries, 900).unread).toBe(3);
  expect(summarise(entries, 1).unread).toBe(0);
});

it("groups classified images by their best label, the most frequent first", () => {
  const labelled = (label: string): ImageEntry => ({
    ...entry("done"),
    result: { index: 0, image: "a", width: 1, height: 1, predictions: [{ label, probability: 0.5 }] },
  });
  expect(summarise([labelled("cat"), labelled("dog"), labelled("dog")]).labels).toEqual([
    ["dog", 2],
    ["cat", 1],
  ]);
});
