import { describe, expect, it } from "vitest";
import { compilePattern } from "./pattern.ts";

const matches = (pattern: unknown, event: unknown) => compilePattern(JSON.stringify(pattern))(event);

describe("an event pattern", () => {
  const event = {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { status: "FAILED", stateMachineArn: "arn:a", stopDate: 12.5, output: null, tags: ["red", "blue"] },
  };

  it("matches if every field matches, each with any of its values", () => {
    expect(matches({ source: ["aws.s3", "aws.states"], detail: { status: ["SUCCEEDED", "FAILED"] } }, event)).toBe(
      true,
    );
    expect(matches({ source: ["aws.states"], detail: { status: ["SUCCEEDED"] } }, event)).toBe(false);
    expect(matches({ source: ["aws.states"], account: ["1"] }, event)).toBe(false);
  });

  it("compares exactly: case, type and null", () => {
    expect(matches({ detail: { status: ["failed"] } }, event)).toBe(false);
    expect(matches({ detail: { stopDate: ["12.5"] } }, event)).toBe(false);
    expect(matches({ detail: { stopDate: [12.5] } }, event)).toBe(true);
    expect(matches({ detail: { output: [null] } }, event)).toBe(true);
    expect(matches({ detail: { absent: [null] } }, event)).toBe(false);
  });

  it("needs one element of a list", () => {
    expect(matches({ detail: { tags: ["blue"] } }, event)).toBe(true);
    expect(matches({ detail: { tags: ["green"] } }, event)).toBe(false);
    expect(
      matches(
        { rows: { id: [2], name: ["b"] } },
        {
          rows: [
            { id: 1, name: "b" },
            { id: 2, name: "a" },
          ],
        },
      ),
    ).toBe(false);
    expect(
      matches(
        { rows: { id: [2], name: ["a"] } },
        {
          rows: [
            { id: 1, name: "b" },
            { id: 2, name: "a" },
          ],
        },
      ),
    ).toBe(true);
  });

  it("takes one alternative of $or, beside the other fields", () => {
    const pattern = { source: ["aws.states"], $or: [{ account: ["1"] }, { detail: { status: ["FAILED"] } }] };
    expect(matches(pattern, event)).toBe(true);
    expect(matches({ ...pattern, source: ["aws.s3"] }, event)).toBe(false);
    expect(matches({ detail: { $or: [{ status: ["OTHER"] }, { tags: ["none"] }] } }, event)).toBe(false);
  });
});

describe("an operator", () => {
  const operator = (expected: unknown, value: unknown) =>
    matches({ a: [expected] }, value === undefined ? {} : { a: value });
  it.each([
    [{ prefix: "arn:" }, "arn:x", "xarn:"],
    [{ prefix: { "equals-ignore-case": "AB" } }, "abc", "bc"],
    [{ suffix: ".png" }, "a.png", "a.png2"],
    [{ suffix: { "equals-ignore-case": ".PNG" } }, "a.png", "a.jpg"],
    [{ "equals-ignore-case": "ALICE" }, "alice", "alices"],
    [{ wildcard: "dir/*.p*g" }, "dir/a/b.png", "dir/a.gif"],
    [{ wildcard: '*"notify"*' }, '{"notify": 1}', "notify"],
    [{ wildcard: "a\\*b" }, "a*b", "axb"],
    [{ wildcard: "ab*ba" }, "abba", "aba"],
    [{ exists: true }, "", undefined],
    [{ exists: false }, undefined, null],
    [{ numeric: [">", 0, "<=", 5] }, 5, 0],
    [{ numeric: ["=", 3.018e2] }, 301.8, "301.8"],
    [{ cidr: "10.0.0.0/24" }, "10.0.0.255", "10.0.1.1"],
    [{ cidr: "2001:db8::/32" }, "2001:db8::1", "10.0.0.1"],
    [{ "anything-but": "a" }, "b", "a"],
    [{ "anything-but": ["a", 1, null] }, 2, null],
    [{ "anything-but": "a" }, "b", undefined],
    [{ "anything-but": { prefix: ["x", "y"] } }, "z1", "y1"],
    [{ "anything-but": { suffix: ".png" } }, "a.jpg", "a.png"],
    [{ "anything-but": { "equals-ignore-case": ["A", "B"] } }, "c", "b"],
    [{ "anything-but": { wildcard: "*/lib/*" } }, "a/b", "a/lib/b"],
  ])("%j matches %j and not %j", (expected, yes, no) => {
    expect(operator(expected, yes)).toBe(true);
    expect(operator(expected, no)).toBe(false);
  });

  it("does not take long with many stars", () => {
    expect(operator({ wildcard: "a*a*a*a*a*a*a*a*a*a*b" }, "a".repeat(100_000))).toBe(false);
  });
});

describe("a pattern that EventBridge would refuse", () => {
  it.each([
    ["no JSON", "{", "the pattern is not JSON"],
    ["no field", "{}", "is not an object with fields"],
    ["a value without a list", '{"a":"b"}', '"a" is not a list'],
    ["an empty list", '{"a":{"b":[]}}', '"a.b" is not a list'],
    ["an unknown operator", '{"a":[{"regex":"x"}]}', 'at "a": "{"regex":"x"}" is not an operator: use one of prefix'],
    ["two operators in one", '{"a":[{"prefix":"x","suffix":"y"}]}', "is not an operator"],
    ["a number as a prefix", '{"a":[{"prefix":1}]}', '"prefix" cannot be 1'],
    ["half a comparison", '{"a":[{"numeric":[">"]}]}', '"numeric" cannot be [">"]'],
    ["an invalid address", '{"a":[{"cidr":"10.0.0/8"}]}', '"cidr" cannot be'],
    ["one alternative", '{"$or":[{"a":[1]}]}', "at least two objects"],
  ])("is refused: %s", (_what, text, message) => {
    expect(() => compilePattern(text)).toThrow(message);
  });
});
