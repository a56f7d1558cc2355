import { describe, expect, it } from "vitest";
import { expressionProblems, variablesOf } from "./syntax.ts";

describe("expressionProblems", () => {
  it.each([
    ["1 +", "Unexpected end of expression"],
    ['"unterminated', "String literal must be terminated by a matching quote"],
    ["$a[1,2)", 'Expected "]", got ","'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ['$match("a", /abc', "No terminating / in regular expression"],
    ["(".repeat(50_000), "The expression is nested too deeply"],
  ])("refuses %.40s in the library's words", (source, message) => {
    expect(expressionProblems(source, false)).toEqual([{ code: "INVALID_JSONATA_EXPRESSION", message }]);
  });

  it.each([
    ["phone", "Reference to 'phone' at the top level is not supported."],
    ["phone.number & phone.area", "Reference to 'phone' at the top level is not supported."],
    ["function($v){ name }", "Reference to 'name' at the top level is not supported."],
    ["$$.a", "Reference to '$$' is not supported."],
    ["$states.errorOutput", "Reference to '$states.errorOutput' is supported only in a Catch."],
  ])("refuses %s, which reads what is not there", (source, message) => {
    expect(expressionProblems(source, false)).toEqual([{ code: "UNSUPPORTED_JSONATA_EXPRESSION", message }]);
  });

  it.each([
    "$states.input.a.b[c = 1].d",
    "$states.input.xs.{ 'n': name }",
    "$states.input.xs{ kind: $sum(amount) }",
    "$states.input.xs^(>price)",
    "$map($states.input.xs, function($v){ $v.name })",
    "$x.**.y",
    "$states.input ~> |things|{'a': b}|",
  ])("accepts %s", (source) => {
    expect(expressionProblems(source, false)).toEqual([]);
  });

  it("accepts the error where it was caught", () => {
    expect(expressionProblems("$states.errorOutput.Error", true)).toEqual([]);
  });
});

describe("variablesOf", () => {
  it.each<[string, readonly string[]]>([
    ["$states.input.a + $b.c", ["b"]],
    ["($t := $a; $t + $b)", ["a", "b"]],
    ["$map($xs, function($v){ $v + $bias })", ["xs", "bias"]],
    ["$sum([1,2])", []],
    ["1 +", []],
  ])("of %s are %j", (source, names) => {
    expect(variablesOf(source)).toEqual(names);
  });
});
