import { expect, it } from "vitest";
import { type DraftStore, Drafts } from "./drafts.ts";
import { LastInputs } from "./last-inputs.ts";

function store(): DraftStore {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

it("keeps the last five inputs of a machine, newest first, without repetitions", () => {
  const inputs = new LastInputs(new Drafts(store()));
  for (const number of [1, 2, 3, 4, 5, 6, 3]) inputs.add("machine", String(number));
  inputs.add("other", "7");
  expect(inputs.of("machine")).toEqual(["3", "6", "5", "4", "2"]);
  expect(inputs.of("other")).toEqual(["7"]);
});

it("keeps them over a reload, but not what is too large for the browser's store", () => {
  const kept = store();
  new LastInputs(new Drafts(kept)).add("machine", "{}");
  new LastInputs(new Drafts(kept)).add("machine", "x".repeat(100_000));
  expect(new LastInputs(new Drafts(kept)).of("machine")).toEqual(["{}"]);
});

it("ignores what it cannot read", () => {
  const kept = store();
  kept.setItem("draft inputs machine", "{");
  expect(new LastInputs(new Drafts(kept)).of("machine")).toEqual([]);
});
