import { expect, it } from "vitest";
import { childrenOf, leafText, rootOf, search } from "./json-tree.ts";

const document = { images: ["a", "b"], "odd key": { constructor: "x", deep: null } };

it("gives every node the path that the Amazon States Language takes", () => {
  const [images, odd] = childrenOf(rootOf(document));
  expect(childrenOf(images ?? rootOf(0)).map(({ path }) => path)).toEqual(["$.images[0]", "$.images[1]"]);
  expect(childrenOf(odd ?? rootOf(0)).map(({ path }) => path)).toEqual([
    '$["odd key"].constructor',
    '$["odd key"].deep',
  ]);
});

it("finds keys and values, without regard to case, in the order of the document", () => {
  expect(search(document, "B")).toEqual(["$.images[1]"]);
  expect(search(document, "CONSTRUCTOR")).toEqual(['$["odd key"].constructor']);
  expect(search(document, "missing")).toEqual([]);
  expect(search({ a: Array.from({ length: 500 }, () => "same") }, "same")).toHaveLength(200);
});

it("shows leaves as JSON and containers by their size", () => {
  expect([null, "a", 1, [1, 2], {}].map(leafText)).toEqual(["null", '"a"', "1", "[ 2 ]", "{ 0 }"]);
});
