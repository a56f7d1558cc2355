import { describe, expect, it } from "vitest";
import { plainText } from "../report/sentence.ts";
import { schemaBreaks } from "./schema.ts";

const object = (properties: object, required: readonly string[] = []) => ({ type: "object", properties, required });
const said = (kind: "request" | "response", before: unknown, after: unknown) =>
  schemaBreaks(kind, before, after).map(plainText);

describe("a response", () => {
  it("breaks by a field that is gone or optional, also within lists", () => {
    const item = (properties: object, required: readonly string[]) =>
      object({ all: { type: "array", items: object(properties, required) } }, ["all"]);
    expect(said("response", item({ a: {}, b: {} }, ["a", "b"]), item({ a: {} }, []))).toEqual([
      'field "all[].b" of the response is removed',
      'field "all[].a" of the response is optional',
    ]);
  });

  it("does not break by a new field", () =>
    expect(said("response", object({ a: {} }), object({ a: {}, b: {} }, ["b"]))).toEqual([]));
});

describe("a request", () => {
  it.each([
    [object({ a: {} }, ["a"]), 'field "a" of the request is required'],
    [{ ...object({}), additionalProperties: false }, 'field "a" of the request is removed'],
    [object({ a: { type: "number" } }), 'field "a" of the request has another type: "string" → "number"'],
    [
      object({ a: { type: "string", maxLength: 5 } }),
      'field "a" of the request is bound more narrowly: maxLength 10 → 5',
    ],
    [object({ a: { type: "string", maxLength: 10, enum: ["x"] } }), 'field "a" of the request may no longer be "y"'],
  ])("breaks by %j", (after, expected) => {
    const before = object({ a: { type: "string", maxLength: 10, enum: ["x", "y"] } });
    expect(said("request", before, after)).toContain(expected);
  });

  it("does not break by a wider bound or an optional field", () => {
    expect(said("request", object({ a: { maxLength: 5 } }), object({ a: { maxLength: 9 }, b: {} }))).toEqual([]);
  });
});
