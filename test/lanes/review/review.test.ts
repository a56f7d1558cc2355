import { describe, expect, test } from "vitest";
import { ruleNames } from "../../../review/risk.ts";
import { opened } from "../support/opened.ts";
import { quick } from "../support/quick.ts";
import type { Change } from "./changes/change.ts";
import { changes, pairs, testedAlone, untriggerable } from "./changes/changes.ts";
import { groupedRefactorings, refactorings } from "./refactorings.ts";
import { firstLines } from "./workspace.ts";
import { Workspaces } from "./workspaces.ts";

/** Copies of the checkout. The unchanged program is evaluated only once for the comparisons. */
const workspaces = opened(
  () => Workspaces.open(),
  (each) => each.close(),
);

test("there are enough changes, pairs and refactorings", () => {
  expect(changes.length).toBeGreaterThanOrEqual(40);
  expect(pairs.length).toBeGreaterThanOrEqual(10);
  expect(refactorings.length).toBeGreaterThanOrEqual(20);
});

test.concurrent.each(["dev", "prod"])("the stack %s against itself is no change", async (stack) => {
  const review = await workspaces().review(stack, []);
  expect(review.findings).toEqual([]);
  expect(review.risk).toBe("none");
});

describe.concurrent("a planted change is named in the first five lines, with its risk", () => {
  test.each(testedAlone)("$title: $risk", async (change) => {
    const review = await workspaces().review(stackOf(change), [change.plant], change.base);
    for (const says of change.says) expect(firstLines(review)).toMatch(says);
    expect(review.risk).toBe(change.risk);
  });

  test.each(pairs.map((pair) => ({ title: pair.map((each) => each.title).join(", and "), pair })))(
    "$title",
    async ({ pair }) => {
      const review = await workspaces().review(
        stackOf(pair[0]),
        pair.map(({ plant }) => plant),
      );
      for (const says of pair.flatMap((each) => each.says)) expect(firstLines(review)).toMatch(says);
      expect(review.risk).toBe(pair.some(({ risk }) => risk === "high") ? "high" : "low");
    },
  );
});

describe.concurrent("a refactoring is no change", () => {
  test.each(quick ? groupedRefactorings() : refactorings)("$title", async ({ plant }) => {
    const review = await workspaces().review("dev", [plant]);
    expect(review.risk, firstLines(review)).toBe("none");
    expect(firstLines(review)).toContain("No change");
  });
});

test("the changes above make the review report every rule that a change of a program can trigger", () => {
  expect(ruleNames.filter((rule) => !workspaces().reported.has(rule))).toEqual(untriggerable);
});

const stackOf = ({ stack = "dev" }: Change): string => stack;
