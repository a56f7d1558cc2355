import { expect, it } from "vitest";
import { counted } from "./counted.ts";

it("a noun is in the plural unless there is exactly one", () => {
  expect([0, 1, 2].map((count) => counted(count, "call"))).toEqual(["0 calls", "1 call", "2 calls"]);
});
