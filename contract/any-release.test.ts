import { expect, it } from "vitest";
import { AnyBatchResult, AnyOutcome, AnyResult, AnyView } from "./any-release.ts";

const failure = (code: unknown) => ({ index: 0, image: "a", error: { code, message: "It has no colours." } });
const counts = { total: 1, succeeded: 0, failed: 1 };
const outcome = (code: unknown) => ({
  executionId: "e",
  release: "0123456789ab",
  counts,
  resultsLocation: { bucket: "b", key: "results/e.json" },
  results: [failure(code)],
});
const view = (code: unknown) => ({
  executionId: "e",
  status: "SUCCEEDED",
  startedAt: new Date(0).toISOString(),
  counts,
  results: [failure(code)],
});

it.each([
  ["a result", AnyResult, failure],
  ["an output of a batch", AnyBatchResult, (code: unknown) => ({ results: [{ ...failure(code), duplicates: [] }] })],
  ["an output of an execution", AnyOutcome, outcome],
  ["a view", AnyView, view],
] as const)("%s may have an error code of another release, but no other value", (_what, schema, of) => {
  expect(schema.parse(of("NoColours"))).toEqual(of("NoColours"));
  expect(schema.safeParse(of(17)).success).toBe(false);
});
