import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExecutionError } from "../interpreter/error.ts";
import { evaluateIntrinsic } from "./intrinsics.ts";
import { type Json, parseJson } from "./json.ts";

function call(source: string, data: Json = {}): Json {
  return evaluateIntrinsic(source, { data, context: { Name: "run" } }, () => 0.5, "field.$");
}

describe("intrinsic functions", () => {
  it.each<[string, Json, Json]>([
    ["States.Format('a {} b {}', $.x, 1)", { x: "y" }, "a y b 1"],
    ["States.Format('{} {} {} {}', null, true, $.o, 1.5)", { o: { k: [1] } }, "null true {k=[1]} 1.5"],
    [String.raw`States.Format('\{\} \'{}\' \\', $.x)`, { x: "$&" }, "{} '$&' \\"],
    ["States.Format($.template, 'v')", { template: "<{}>" }, "<v>"],
    ["States.Format('{}', $$.Name)", {}, "run"],
    ["States.StringToJson($.s)", { s: '{"a":[1]}' }, { a: [1] }],
    ["States.JsonToString($.o)", { o: { a: [1] } }, '{"a":[1]}'],
    ["States.Array(1, 'two', $.three, States.Array())", { three: [3] }, [1, "two", [3], []]],
    ["States.Array()", {}, []],
    ["States.ArrayPartition($.l, 2)", { l: [1, 2, 3] }, [[1, 2], [3]]],
    ["States.ArrayContains($.l, $.x)", { l: [{ a: 1 }], x: { a: 1 } }, true],
    ["States.ArrayContains($.l, 2)", { l: [1] }, false],
    ["States.ArrayRange(1, 9, 2)", {}, [1, 3, 5, 7, 9]],
    ["States.ArrayRange(3, 1, -1)", {}, [3, 2, 1]],
    ["States.ArrayRange(3, 1, 1)", {}, []],
    ["States.ArrayGetItem($.l, 1)", { l: [1, null] }, null],
    ["States.ArrayLength($.l)", { l: [1, 2] }, 2],
    ["States.ArrayUnique($.l)", { l: [1, "1", 1, { a: 1 }, { a: 1 }] }, [1, "1", { a: 1 }]],
    ["States.Base64Encode('Data to encode')", {}, "RGF0YSB0byBlbmNvZGU="],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", {}, "Data to encode"],
    ["States.Hash('input data', 'SHA-1')", {}, "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["States.JsonMerge($.a, $.b, false)", { a: { x: 1, y: { p: 1 } }, b: { y: { q: 2 } } }, { x: 1, y: { q: 2 } }],
    ["States.MathAdd($.n, -1)", { n: 111 }, 110],
    ["States.MathRandom(1, 11)", {}, 6],
    ["States.StringSplit('1,2,3', ',')", {}, ["1", "2", "3"]],
    ["States.StringSplit('This.is+a,test', '.+,')", {}, ["This", "is", "a", "test"]],
    ["States.ArrayLength($.l[?(@.a == 'x,)')])", { l: [{ a: "x,)" }, { a: 1 }] }, 1],
    ["States.Format('{}', States.JsonToString(States.Array( 1 ,2 )))", {}, "[1,2]"],
  ])("%s", (source, data, expected) => {
    expect(call(source, data)).toEqual(expected);
  });

  it.each([
    "States.Unknown(1)",
    "States.toString()",
    "States.Format('{}')",
    "States.Format('{}', 1, 2)",
    "States.Format(1)",
    "States.Format('open",
    "States.Array(1,)",
    "States.Array(1",
    "States.Array(1) 2",
    "States.Array(one)",
    "States.ArrayRange(1, 5000, 1)",
    "States.ArrayRange(1, 2, 0)",
    "States.ArrayGetItem(States.Array(1), 1)",
    "States.ArrayGetItem(States.Array(1), -1)",
    "States.ArrayPartition(States.Array(1), 0)",
    "States.ArrayLength('x')",
    "States.StringToJson('{')",
    "States.JsonMerge($, $, true)",
    "States.JsonMerge($, 1, false)",
    "States.Hash('x', 'SHA-3')",
    "States.MathAdd('1', 2)",
    "States.MathRandom(2, 1)",
    "States.UUID(1)",
  ])("%s fails as States.IntrinsicFailure", (source) => {
    expect(() => call(source)).toThrow(ExecutionError);
    expect(() => call(source)).toThrow(expect.objectContaining({ name: "States.IntrinsicFailure" }));
  });

  it("refuses texts above 10,000 characters where AWS does", () => {
    const data = { s: "x".repeat(10_001) };
    for (const source of ["States.Base64Encode($.s)", "States.Base64Decode($.s)"]) {
      expect(() => call(source, data)).toThrow("at most 10000 characters");
    }
  });

  it("makes version 4 UUIDs", () => {
    expect(call("States.UUID()")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("gives the same random number for the same seed, within its bounds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(),
        (start, size, seed) => {
          const source = `States.MathRandom(${start}, ${start + size}, ${seed})`;
          const value = Number(call(source));
          expect(value).toBe(call(source));
          expect(value >= start && value < start + size).toBe(true);
        },
      ),
    );
  });

  it("gives any text back through quotes, Base64 and JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const quoted = text.replaceAll(/[\\'{}]/g, "\\$&");
        expect(call(`States.Format('${quoted}')`)).toBe(text);
        expect(call("States.Base64Decode(States.Base64Encode($))", text)).toBe(text);
        expect(call("States.StringToJson(States.JsonToString($))", text)).toBe(text);
        expect(call("States.Hash($, 'SHA-256')", text)).toBe(createHash("sha256").update(text).digest("hex"));
      }),
    );
  });

  it("keeps all items when it partitions, in order and in parts of the size", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), (value, size) => {
        const items = parseJson(JSON.stringify(value));
        const parts = call(`States.ArrayPartition($, ${size})`, items) as Json[][];
        expect(parts.flat(1)).toEqual(items);
        expect(parts.slice(0, -1).every((part) => part.length === size)).toBe(true);
      }),
    );
  });
});
