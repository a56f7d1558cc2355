import { expect, it } from "vitest";
import { functionNamesIn, functionVersionsIn } from "./lambda-arn.ts";

const arn = (name: string): string => `arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:${name}`;
const definition = JSON.stringify({ a: arn("map:7"), b: arn("classify-2:live"), c: arn("map:8"), d: arn("map:7") });

it("finds the functions that a definition calls, each once", () => {
  expect(functionNamesIn(definition)).toEqual(["map", "classify-2"]);
  expect(functionNamesIn("arn:aws:states:us-east-1:123456789012:stateMachine:a")).toEqual([]);
});

it("finds the versions that a definition calls; an alias is none", () => {
  expect(functionVersionsIn(definition)).toEqual([arn("map:7"), arn("map:8")]);
});
