import { expect, it } from "vitest";
import { apiLimits } from "../../../contract/limits.ts";
import { readReferences } from "./images/references.ts";
import { agoText, durationText, jsonText, percentText, roundDurationText, shortReference } from "./words.ts";

it.each([
  [-5, "0 ms"],
  [84.4, "84 ms"],
  [999.6, "1.00 s"],
  [1_262, "1.26 s"],
  [59_940, "59.9 s"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [3_600_000, "1 h"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

it.each([
  [500, "500 ms"],
  [1_000, "1 s"],
  [1_500, "1.5 s"],
  [20_000, "20 s"],
  [120_000, "2 min"],
])("a mark of %d milliseconds is %s", (milliseconds, text) => {
  expect(roundDurationText(milliseconds)).toBe(text);
});

it("rounds no probability to 0 or to 100 that is neither", () => {
  expect([0, 0.0004, 0.8218, 0.99951, 1].map(percentText)).toEqual(["0.0 %", "<0.1 %", "82.2 %", ">99.9 %", "100.0 %"]);
});

it("says roughly how long ago something was", () => {
  expect([0, 30, 90, 7_300].map((seconds) => agoText(-seconds * 1_000, 0))).toEqual([
    ...["just now", "30 s ago", "1 min ago", "2 h ago"],
  ]);
});

it("indents JSON and leaves everything else alone", () => {
  expect(jsonText('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(jsonText("no JSON")).toBe("no JSON");
});

it("calls a picture by the last part of its address", () => {
  expect(
    ["s3://bucket/uploads/a.jpg", "https://x/y/photo.png?size=2", "https://x/", "//", "a"].map(shortReference),
  ).toEqual(["a.jpg", "photo.png", "x", "//", "a"]);
});

it("reads addresses by line, by blanks between addresses, and as the API's list", () => {
  expect(readReferences(" https://a/1.jpg \n\n s3://b/2.jpg ").images).toEqual(["https://a/1.jpg", "s3://b/2.jpg"]);
  expect(readReferences("https://a/1.jpg https://a/2.jpg").images).toEqual(["https://a/1.jpg", "https://a/2.jpg"]);
  expect(readReferences('["https://a/1.jpg","x y"]').images).toEqual(["https://a/1.jpg", "x y"]);
  expect(readReferences("[broken").images).toEqual(["[broken"]);
  expect(readReferences("  ").images).toEqual([]);
});

it("names the URL that is too long", () => {
  const most = apiLimits.imageReferenceLength;
  const { problem } = readReferences(`a\n${"b".repeat(most + 1)}`);
  expect(problem).toBe(`URL 2 has ${most + 1} characters; ${most} are allowed.`);
});
