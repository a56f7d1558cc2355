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

  it.each([
    ["{", "line 1, column 2: it is not JSON (close brace expected)"],
    ['{\n  "a": 1\n  "b": 2\n}', "line 3, column 3: it is not JSON (comma expected)"],
    ['{\n  "a": tru\n}', "line 2, column 8: it is not JSON (invalid symbol)"],
    ['{\n  "a": 1,\n}', "line 3, column 1: it is not JSON (property name expected)"],
    ["{} // why", "line 1, column 4: it is not JSON (invalid comment token)"],
    ["", "line 1, column 1: it is not JSON (value expected)"],
  ])("names the file that is not JSON, and the place: %j", (text, problem) => {
    expect(() => definition(text)).toThrow(`workflow.asl.json" cannot be used: ${problem}.`);
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
