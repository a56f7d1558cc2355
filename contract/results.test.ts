import { expect, it } from "vitest";
import { parseResults, resultsFormatOf, resultsFormats, resultsKey } from "./results.ts";

it("names the object of the results so that its name says its form", () => {
  for (const format of resultsFormats) {
    expect(resultsFormatOf({ bucket: "b", key: resultsKey("x", format) })).toBe(format);
  }
});

it("reads a list and lines alike", () => {
  const results = [{ index: 0, image: "a\u2028b" }, { index: 1 }];
  expect(parseResults(JSON.stringify(results))).toEqual(results);
  const lines = results.map((result) => `${JSON.stringify(result)}\n`).join("");
  expect(parseResults(lines, "jsonl")).toEqual(results);
});

it.each(['{"index":0}\n{"index":1}', '{"index":0}\n{"ind\n'])("refuses lines that were cut: %j", (text) => {
  expect(() => parseResults(text, "jsonl")).toThrow(SyntaxError);
});
