import { describe, expect, it } from "vitest";
import { printable, printableLines, withoutSecrets } from "./printable.ts";

describe("printable", () => {
  it.each([
    ["plain, ünïcödé 日本 🎉", "plain, ünïcödé 日本 🎉"],
    ["\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
    ["a\r\nb\tc\u0000", "a\\u000d\\u000ab\\u0009c\\u0000"],
    ["\u009b2J\u007f", "\\u009b2J\\u007f"],
    ["gpj.\u202eexe", "gpj.\\u202eexe"],
  ])("%j is shown as %j", (text, shown) => expect(printable(text)).toBe(shown));
});

describe("printableLines", () => {
  it("keeps line feeds alone", () => {
    expect(printableLines("a\u001b[2J\n\tb\r\n")).toBe("a\\u001b[2J\n\\u0009b\\u000d\n");
  });

  it("leaves the value of a JSON text as it is", () => {
    const value = { text: "\u009b2J \u202e \u001b[0m", list: [1] };
    const text = printableLines(JSON.stringify(value, null, 2));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in it.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe("withoutSecrets", () => {
  it.each([
    ["https://example.com/a.jpg", "https://example.com/a.jpg"],
    ["https://example.com/a.jpg?X-Amz-Signature=abc", "https://example.com/a.jpg?…"],
    ['see "https://user:secret@example.com/a?b=c", please', 'see "https://example.com/a?…", please'],
    ["http://h/a?x=1 and s3://bucket/key#f", "http://h/a?… and s3://bucket/key?…"],
    ["what? nothing", "what? nothing"],
  ])("%j is shown as %j", (text, shown) => expect(withoutSecrets(text)).toBe(shown));
});
