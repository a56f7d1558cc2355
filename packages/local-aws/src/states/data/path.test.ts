import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RuntimeFailure } from "../interpreter/error.ts";
import { isArray, isObject, type Json, parseJson } from "./json.ts";
import { find, read, referenceSteps } from "./path.ts";
import { parsePath } from "./path-parser.ts";

const data = parseJson(
  '{"a":{"b":[1,null,{"c":"x"}]},"list":[{"n":1},{"n":2},{"m":3}],"__proto__":{"own":true},"odd key":7,"empty":""}',
);
const scope = { data, context: { Execution: { Name: "run" } } };

const wide: Json = Array.from({ length: 20_000 }, (_, x) => ({ x }));
const nested = (wrap: (inner: Json) => Json) => Array.from({ length: 5_000 }).reduce<Json>(wrap, 1);
const deep = nested((inner) => [inner]);
const deepKeys = nested((inner) => ({ a: inner }));

describe("find", () => {
  it.each<[string, Json | undefined]>([
    ["$", data],
    ["$.a.b[0]", 1],
    ["$.a.b[1]", null],
    ["$.a.b[-1].c", "x"],
    ["$['a']['b'][2]['c']", "x"],
    ['$["odd key"]', 7],
    ["$.empty", ""],
    ["$.a.b[3]", undefined],
    ["$.a.missing.deeper", undefined],
    ["$.a.b.length", undefined],
    ["$.constructor", undefined],
    ["$.a.toString", undefined],
    ["$$.Execution.Name", "run"],
    ["$$.Execution.Missing", undefined],
    ["$.list[*].n", [1, 2]],
    ["$.list[0:2].n", [1, 2]],
    ["$.list[0,2]", [{ n: 1 }, { m: 3 }]],
    ["$..c", ["x"]],
    ["$.list[?(@.n==2)]", [{ n: 2 }]],
    ["$.list[?(@.n.deep==2)]", []],
    ["$.nothing[*]", []],
    ["$.empty[*]", []],
  ])("%s", (path, expected) => {
    expect(find(path, scope)).toEqual(expected);
  });

  it("reads a key named __proto__ as data, and the prototype never", () => {
    expect(find("$.__proto__.own", scope)).toBe(true);
    expect(find("$.a.__proto__", scope)).toBeUndefined();
  });

  it("runs no code out of a filter", () => {
    const hostile = "$.list[?(@.constructor.constructor('return globalThis.hit = 1')())]";
    expect(() => find(hostile, scope)).toThrow("calls a function in a filter");
    expect("hit" in globalThis).toBe(false);
  });

  it("refuses paths whose work could grow without bound", () => {
    expect(() => find("$.list[?(@.a.match('(a+)+$'))]", scope)).toThrow("calls a function in a filter");
    expect(find("$..gone", scope)).toEqual([]);
  });

  it.each([
    ["descents", "$..*..*..*", deepKeys],
    ["descents into depth", "$..[*]..[*]", deep],
    ["unions", `$${"[0,0]".repeat(40)}`, deep],
    ["unions of keys", `$${"['a','a']".repeat(40)}`, deepKeys],
    ["filters in everything", "$..[?(@.a == 1 && @.b == 2 && @.c == 3 || @.d == 4)]..[?(@.a)]", wide],
  ])("stops paths of many %s", (_, path, data) => {
    expect(() => find(path, { data, context: null })).toThrow("looks at more than 300000 values");
  });

  it("takes what is large but plain", () => {
    expect(find("$..x", { data: wide, context: null })).toHaveLength(20_000);
    expect(find("$[*].x", { data: wide, context: null })).toHaveLength(20_000);
    expect(find("$[?(@.x == 1)]", { data: wide, context: null })).toEqual([{ x: 1 }]);
  });

  it.each<[string, Json]>([
    ["$.list[-1:]", [3]],
    ["$.list[:2]", [1, 2]],
    ["$.list[0:3:2]", [1, 3]],
    ["$.list[0,2]", [1, 3]],
    ["$['list','x'][*]", [1, 2, 3, 5, "k"]],
    ["$..y", [5]],
    ["$.items[?(@.k == $.x.w)].v", ["found"]],
    ["$.items[?(@.k == ')]')].v", ["odd"]],
  ])("reads %s", (path, found) => {
    const data = {
      list: [1, 2, 3],
      x: { y: 5, w: "k" },
      items: [
        { k: "k", v: "found" },
        { k: ")]", v: "odd" },
      ],
    };
    expect(find(path, { data, context: null })).toEqual(found);
  });

  it("finds every leaf of any JSON by the path that leads to it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = parseJson(JSON.stringify(value));
        for (const [path, leaf] of leaves(json, "$")) expect(find(path, { data: json, context: null })).toEqual(leaf);
      }),
      { numRuns: 200 },
    );
  });
});

function* leaves(value: Json, path: string): Generator<readonly [string, Json]> {
  yield [path, value];
  if (isArray(value)) for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${index}]`);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    yield* leaves(item, `${path}['${key.replaceAll(/['\\]/g, "\\$&")}']`);
  }
}

describe("read", () => {
  it("names the path, the field and the input where there is nothing", () => {
    expect(() => read("$.gone", { data: { a: 1 }, context: null }, "key.$")).toThrow(RuntimeFailure);
    expect(() => read("$.gone", { data: { a: 1 }, context: null }, "key.$")).toThrow(
      `The JSONPath '$.gone' specified for the field 'key.$' could not be found in the input '{"a":1}'`,
    );
  });
});

describe("parsePath", () => {
  it.each(["$.a[0:2:0]", "$[?(@.a]", "$.", "$..", "$['a", "$[1,]", "$.a b", "$[?(1)]x"])(
    "takes %s for no path",
    (path) => {
      expect(parsePath(path)).toBeUndefined();
    },
  );

  it("takes no longer for a text that could be cut in many ways", () => {
    expect(parsePath(`$${"[?()]".repeat(50_000)}!`)).toBeUndefined();
    expect(parsePath(`$${"['a']".repeat(50_000)}`)).toHaveLength(50_000);
  });
});

describe("referenceSteps", () => {
  it("knows the paths that name one place", () => {
    expect(referenceSteps("$.a['b c'][0]")).toEqual(["a", "b c", 0]);
    for (const path of ["$.a[*]", "$..a", "$.a[0:1]", "$.a[?(@.b)]", "$.a[0,1]"]) {
      expect(referenceSteps(path)).toBeUndefined();
    }
  });
});
