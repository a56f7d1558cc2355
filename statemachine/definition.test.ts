import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Definition, fillDefinition, loadDefinition } from "./definition.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "definition-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function definition(text: string): Definition {
  const file = path.join(folder, "workflow.asl.json");
  writeFileSync(file, text);
  return loadDefinition(file);
}

describe("a workflow's definition", () => {
  it("takes a number where the placeholder is the whole string, and text anywhere", () => {
    const loaded = definition('{"TimeoutSeconds":"${Seconds}","Resource":"arn:${Name}:x","Comment":"in ${Seconds} s"}');
    expect(JSON.parse(fillDefinition(loaded, { Seconds: 5, Name: "aws" }))).toEqual({
      TimeoutSeconds: 5,
      Resource: "arn:aws:x",
      Comment: "in 5 s",
    });
  });

  it("leaves the paths, intrinsic functions and braces of ASL alone", () => {
    const text = '{"a.$":"States.Format(\'{} of {}\', $$.Map.Item.Index, $.total)","b":"$.x","c":"{d}"}';
    expect(fillDefinition(definition(text), {})).toBe(text);
  });

  it("names placeholders without a value, values without a placeholder, and the file", () => {
    const loaded = definition('{"a":"${Left}","b":"${Right}"}');
    expect(() => fillDefinition(loaded, { Right: 1, Extra: 2 })).toThrow(
      /workflow\.asl\.json.*"Left" has no value; value "Extra" has no placeholder/,
    );
  });

  it("names the file that is not JSON", () => {
    expect(() => definition("{")).toThrow(/workflow\.asl\.json.*not JSON/);
  });

  it("survives any value: quotes, backslashes and dollar signs cannot break out of their string", () => {
    const loaded = definition('{"whole":"${Value}","part":"<${Value}>"}');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer()), (value) => {
        const filled = JSON.parse(fillDefinition(loaded, { Value: value }));
        expect(filled).toEqual({ whole: value, part: `<${value}>` });
      }),
    );
  });
});
