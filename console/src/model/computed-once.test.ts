import { expect, it } from "vitest";
import { computedOnce } from "./computed-once.ts";

it("computes once per object, also what is undefined", () => {
  const asked: object[] = [];
  const nothing = computedOnce((key: object): undefined => {
    asked.push(key);
  });
  const [one, other] = [{}, {}];
  for (const key of [one, other, one, other]) expect(nothing(key)).toBeUndefined();
  expect(asked).toEqual([one, other]);
});
