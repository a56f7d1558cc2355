import { expect, it } from "vitest";
import { statePath } from "./state-path.ts";

const definition = JSON.stringify({
  StartAt: "Both",
  States: {
    Both: { Type: "Parallel", Branches: [{ States: {} }, { States: { "In a branch": { Type: "Pass" } } }] },
    Each: { Type: "Map", ItemProcessor: { States: { Call: { Type: "Task" } } } },
  },
});

it("finds a state at any depth", () => {
  expect(statePath(definition, "Both")).toBe("$.States.Both");
  expect(statePath(definition, "In a branch")).toBe('$.States.Both.Branches[1].States["In a branch"]');
  expect(statePath(definition, "Call")).toBe("$.States.Each.ItemProcessor.States.Call");
});

it("finds nothing in a document without the state, or in no document", () => {
  expect(statePath(definition, "constructor")).toBeUndefined();
  expect(statePath("no JSON", "Call")).toBeUndefined();
  expect(statePath(undefined, "Call")).toBeUndefined();
});
