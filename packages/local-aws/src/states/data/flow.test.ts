import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveInput, placeResult, stateOutput } from "./flow.ts";
import { type Json, parseJson } from "./json.ts";
import { find } from "./path.ts";
import { fill } from "./template.ts";

const random = () => 0;
const scope = (data: Json) => ({ data, context: { Name: "run" } });

describe("placeResult", () => {
  it.each<[string | null | undefined, Json, Json]>([
    [undefined, { a: 1 }, "r"],
    ["$", { a: 1 }, "r"],
    [null, { a: 1 }, { a: 1 }],
    ["$.res", { a: 1 }, { a: 1, res: "r" }],
    ["$.a", { a: 1 }, { a: "r" }],
    ["$.x.y.z", {}, { x: { y: { z: "r" } } }],
    ["$.l[1]", { l: [1, 2] }, { l: [1, "r"] }],
    ["$['odd key']", {}, { "odd key": "r" }],
  ])("%s into %j", (path, input, expected) => {
    expect(placeResult(path, input, "r")).toEqual(expected);
  });

  it.each<[string, Json]>([
    ["$.a.b", { a: 1 }],
    ["$.a", [1]],
    ["$.l[2]", { l: [1, 2] }],
    ["$.a", "text"],
  ])("%s does not fit %j", (path, input) => {
    expect(() => placeResult(path, input, "r")).toThrow(
      expect.objectContaining({ name: "States.ResultPathMatchFailure" }),
    );
  });

  it("never changes the input, and is read back by the same path", () => {
    const key = fc.constantFrom("a", "b", "__proto__", "constructor");
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.constant({})),
        fc.array(key, { minLength: 1, maxLength: 3 }),
        (object, keys) => {
          const input = parseJson(JSON.stringify(object));
          const before = JSON.stringify(input);
          const path = `$${keys.map((step) => `['${step}']`).join("")}`;
          const output = placeResult(path, input, "r");
          expect(find(path, scope(output))).toBe("r");
          expect(JSON.stringify(input)).toBe(before);
          expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
        },
      ),
    );
  });
});

describe("effectiveInput", () => {
  it("takes InputPath, then fills Parameters from it", () => {
    const fields = {
      InputPath: "$.in",
      Parameters: { "value.$": "$.v", fixed: ["$.v"], nested: [{ "name.$": "$$.Name" }] },
    };
    expect(effectiveInput(fields, scope({ in: { v: 1 } }), random)).toEqual({
      value: 1,
      fixed: ["$.v"],
      nested: [{ name: "run" }],
    });
    expect(effectiveInput({ InputPath: null }, scope({ a: 1 }), random)).toEqual({});
  });
});

describe("stateOutput", () => {
  it("goes through ResultSelector, ResultPath and OutputPath in that order, over the raw input", () => {
    const fields = {
      InputPath: "$.in",
      ResultSelector: { "n.$": "$.count" },
      ResultPath: "$.out",
      OutputPath: "$['in','out']",
    };
    expect(stateOutput({ ...fields, OutputPath: "$" }, scope({ in: 1 }), { count: 2 }, random)).toEqual({
      output: { in: 1, out: { n: 2 } },
    });
    expect(stateOutput({ OutputPath: null }, scope({ in: 1 }), 5, random)).toEqual({ output: {} });
    expect(() => stateOutput({ OutputPath: "$.gone" }, scope({}), {}, random)).toThrow("'$.gone'");
  });
});

describe("Assign", () => {
  const variables = { old: 1 };

  it("sees the result, and every variable as it was before", () => {
    const fields = { Assign: { "old.$": "$.count", "before.$": "$old", fixed: [true] }, OutputPath: "$old" };
    expect(stateOutput(fields, { ...scope({}), variables }, { count: 2 }, random)).toEqual({
      output: 1,
      assigned: { old: 2, before: 1, fixed: [true] },
    });
  });

  it("reads variables in paths and functions, and fails for one that is not assigned", () => {
    const read = (source: string) =>
      fill({ "v.$": source }, { ...scope({}), variables: { list: [{ a: "x" }], n: 2 } }, random);
    expect(read("$list[0].a")).toEqual({ v: "x" });
    expect(read("States.MathAdd($n, 1)")).toEqual({ v: 3 });
    expect(read("$list[*].a")).toEqual({ v: ["x"] });
    expect(() => read("$gone")).toThrow("The JSONPath '$gone' specified for the field 'v.$' could not be found");
    expect(() => read("$toString")).toThrow("'$toString'");
  });
});

describe("fill", () => {
  it("refuses a dynamic field that is neither a path nor a function", () => {
    expect(() => fill({ "a.$": "text" }, scope({}), random)).toThrow("valid JSONPath");
    expect(() => fill({ "a.$": 1 }, scope({}), random)).toThrow("must be a STRING");
  });

  it("keeps a field named __proto__ as data", () => {
    const template = parseJson('{"__proto__":{"x.$":"$.v"}}');
    expect(JSON.stringify(fill(template, scope({ v: 1 }), random))).toBe('{"__proto__":{"x":1}}');
  });
});
