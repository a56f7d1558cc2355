import { expect, it } from "vitest";
import { suggestion } from "./suggestion.ts";

const known = ["batchSize", "classifyMemory", "classifyTimeout", "topK", "allow-host", "config"];

it.each([
  ["batchSise", "batchSize"],
  ["bathSize", "batchSize"],
  ["BATCHSIZE", "batchSize"],
  ["batch-size", "batchSize"],
  ["classifyMemroy", "classifyMemory"],
  ["timeoutClassify", undefined],
  ["allowhost", "allow-host"],
  ["allow_host", "allow-host"],
  ["conf", "config"],
  ["top", "topK"],
  ["zzz", undefined],
  ["", undefined],
])("for %j it is %j", (name, expected) => {
  expect(suggestion(name, known)).toBe(expected === undefined ? "" : ` Did you mean "${expected}"?`);
});

it("has nothing to suggest where nothing is known", () => {
  expect(suggestion("batchSize", [])).toBe("");
});
