import { expect, it } from "vitest";
import { Recent } from "./recent.ts";

it("keeps the values that were used last, and makes one once", () => {
  const recent = new Recent<number>(2);
  expect([recent.get("a", () => 1), recent.get("b", () => 2), recent.get("a", () => 3)]).toEqual([1, 2, 1]);
  recent.set("c", 4);
  expect(["a", "b", "c"].map((name) => recent.find(name))).toEqual([1, undefined, 4]);
});
