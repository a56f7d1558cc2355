import { describe, expect, it } from "vitest";
import { mutantsOf } from "./mutants.ts";

/** One text per mutant, with that mutant planted. */
function planted(text: string): readonly string[] {
  return mutantsOf("file.ts", text).map(
    ({ from, to, replacement }) => text.slice(0, from) + replacement + text.slice(to),
  );
}

describe("mutants", () => {
  it.each([
    ["a < b;", ["a <= b;"]],
    ["a === b;", ["a !== b;"]],
    ["a && b;", ["a || b;"]],
    ["a ?? b;", ["a;"]],
    ["a + b;", ["a - b;"]],
    ["!a;", ["a;"]],
    ["x = 1_000;", ["x = 1001;"]],
    ["x = true;", ["x = false;"]],
    ["await f();", [";"]],
    ["if (a) b;", ["if (true) b;", "if (false) b;"]],
    ["x = a ? b : c;", ["x = (b);", "x = (c);"]],
    ["x = images.map(normalise);", ["x = images;"]],
    ["x = { a, b: c };", ["x = { a, ...{} };"]],
  ])("%s", (text, expected) => {
    expect(planted(text)).toEqual(expected);
  });

  it("leaves types, imports, names of properties, joined texts and the console alone", () => {
    const texts = [
      'import { a } from "./a.ts";',
      'interface A { readonly b: "one" | 2 }',
      'type C = "three";',
      "console.log(a);",
      'x = a["b" as "b"];',
    ];
    for (const text of texts.slice(0, 4)) expect(planted(text), text).toEqual([]);
    expect(planted("x = `a` + b;")).toEqual([]);
    expect(planted('x = { "a-b": c };')).toEqual([]);
  });

  it("names the line and the change", () => {
    expect(mutantsOf("file.ts", "\nx = a < b;")).toMatchObject([{ file: "file.ts", line: 2, change: '"a < b": "<="' }]);
  });
});
