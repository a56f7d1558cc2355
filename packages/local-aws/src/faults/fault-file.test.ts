import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FaultFileError, parseFaults, readFaults } from "./fault-file.ts";
import { invokeErrorNames } from "./invoke-errors.ts";

const parse = (value: unknown) => parseFaults(JSON.stringify(value), "faults.json");
const one = (fault: object) => parse({ faults: [fault] }).faults[0];

describe("a fault file", () => {
  it("has defaults for everything but the service, the error and when", () => {
    expect(parse({ faults: [{ service: "lambda", error: "ServiceException", probability: 1 }] })).toEqual({
      seed: 1,
      faults: [
        {
          service: "lambda",
          function: "*",
          error: "ServiceException",
          timing: "beforeRun",
          withinMs: 200,
          probability: 1,
        },
      ],
    });
    expect(one({ service: "s3", error: "SlowDown", firstCalls: 2 })).toMatchObject({ operation: "*", prefix: "" });
    expect(one({ service: "states", error: "ThrottlingException", forSeconds: 2 })).toMatchObject({ operation: "*" });
    expect(one({ service: "apigateway", error: "THROTTLED", firstCalls: 1 })).toMatchObject({ route: "*" });
  });

  const lambda = { service: "lambda", error: "ServiceException", firstCalls: 1 };
  it.each([
    [
      "a service that no fault is for",
      { service: "sqs", error: "x" },
      /"faults\[0\]\.service" is not one of .*"lambda"/,
    ],
    [
      "an error that does not exist",
      { ...lambda, error: "Broken" },
      /"faults\[0\]\.error" .*"TooManyRequestsException"/,
    ],
    ["an unknown field", { ...lambda, functions: "map" }, /"faults\[0\]" has the unknown field "functions": remove/],
    [
      "a probability above 1",
      { ...lambda, firstCalls: undefined, probability: 2 },
      /"faults\[0\]\.probability" is wrong/,
    ],
    ["a number of calls below 1", { ...lambda, firstCalls: 0 }, /"faults\[0\]\.firstCalls" is wrong/],
    ["nothing that says when", { ...lambda, firstCalls: undefined }, /needs exactly one of .*; none of them is given/],
    ["two things that say when", { ...lambda, forSeconds: 2 }, /needs exactly one of .*; more than one is given/],
    [
      "a kill after the run",
      { ...lambda, error: "SandboxKilled", timing: "afterRun" },
      /"faults\[0\]\.timing" has no effect/,
    ],
  ])("is refused for %s, with the field and the remedy", (_what, fault, message) => {
    expect(() => parse({ faults: [fault] })).toThrow(
      expect.objectContaining({ name: "FaultFileError", message: expect.stringMatching(message) }),
    );
  });

  it("reports all problems at once", () => {
    const faults = [{ ...lambda, error: "A" }, lambda, { ...lambda, error: "B" }];
    expect(() => parse({ faults })).toThrow(/"faults\[0\]\.error"[\s\S]*"faults\[2\]\.error"/);
  });

  it.each([
    ["no JSON", "{", /It is not JSON/],
    ["a list", "[]", /The file is wrong/],
    ["no faults", '{"faults": []}', /"faults" is wrong/],
    ["a negative seed", '{"seed": -1, "faults": [{"service": "s3"}]}', /"seed" is wrong/],
  ])("is refused for %s", (_what, text, message) => {
    expect(() => parseFaults(text, "faults.json")).toThrow(message);
  });

  it("is refused if it does not exist, with its path", () => {
    expect(() => readFaults("/no/such/faults.json")).toThrow(FaultFileError);
    expect(() => readFaults("/no/such/faults.json")).toThrow(/"\/no\/such\/faults\.json"[\s\S]*ENOENT/);
  });

  it("is documented by an example that can be used, and by the names of all errors", () => {
    const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
    const [, section = ""] = /\n## Faults\n([\s\S]*?)\n## /.exec(readme) ?? [];
    const [, example = ""] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
    expect(parseFaults(example, "README.md").faults).toHaveLength(7);
    for (const name of invokeErrorNames) expect(section).toContain(`\`${name}\``);
  });
});
