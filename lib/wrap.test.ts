import stringWidth from "string-width";
import { expect, it } from "vitest";
import { wrap } from "./wrap.ts";

it("breaks between words, and a word that is longer than a line where it must", () => {
  expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrap("incomprehensibilities", 8)).toEqual(["incompre", "hensibil", "ities"]);
  expect(wrap("short", 8)).toEqual(["short"]);
});

it("counts columns, not letters", () => {
  expect(wrap("写真 写真", 6)).toEqual(["写真", "写真"]);
});

it("hangs the lines after the first one", () => {
  expect(wrap("name: one two three four", 11, 6)).toEqual(["name: one", "      two", "      three", "      four"]);
  expect(wrap("  one two three", 9, 2)).toEqual(["  one two", "  three"]);
  expect(wrap("one two three", 9, 2)).toEqual(["one two", "  three"]);
});

it("keeps colours whole, and within the columns", () => {
  const lines = wrap("\u001b[32m✓\u001b[39m program \u001b[2mone two three four\u001b[22m", 12, 2);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(12);
  expect(lines[0]).toBe("\u001b[32m✓\u001b[39m program");
  expect(lines[1]).toBe("  \u001b[2mone two\u001b[22m");
});
