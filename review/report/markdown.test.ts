import { describe, expect, it } from "vitest";
import { code, markdownOf, mermaidLabel, visible } from "./markdown.ts";
import { listOf, plainText, quoted, say, words } from "./sentence.ts";

describe("a text of the change", () => {
  it.each([
    ["`x` **bold**", "`ˋxˋ **bold**`"],
    ["a|b", "`a¦b`"],
    ["one\ntwo\r\nthree", "`one⏎two⏎three`"],
    ["</details><!-- x", "`‹/details›‹!-- x`"],
    ["", "`(empty)`"],
    ["   ", "`(empty)`"],
  ])("%j is one code span", (text, expected) => expect(code(text)).toBe(expected));

  it.each(["\u202e", "\u200b", "\u2066", "\ufeff", "\u{e0041}", "\u0007", "\u00ad"])(
    "shows the unseen %j by its number",
    (character) => expect(visible(`a${character}b`)).toBe(`a\\u{${character.codePointAt(0)?.toString(16)}}b`),
  );

  it("is cut", () => {
    expect([...visible("x".repeat(1_000))]).toHaveLength(160);
  });

  it("shows six digits of a hash, and leaves numbers and words alone", () => {
    expect(visible("light-97c098f3df6e6d02 100000000 facade")).toBe("light-97c098… 100000000 facade");
  });

  it("is a plain label in a graph", () => {
    expect(mermaidLabel('a"]; click b "javascript:x"')).not.toMatch(/["\];:]b/);
    expect(mermaidLabel('"]')).toBe("#34;#93;");
  });
});

describe("a sentence", () => {
  it("quotes what is put in, and takes sentences and numbers as they are", () => {
    const sentence = say`State ${"a`b"} waits ${3} s, ${words("then")} ends.`;
    expect(markdownOf(sentence)).toBe("State `aˋb` waits 3 s, then ends.");
    expect(plainText(sentence)).toBe('State "a`b" waits 3 s, then ends.');
  });

  it("lists, and counts what is too much", () => {
    expect(plainText(quoted(["a", "b", "c"]))).toBe('"a", "b" and "c"');
    expect(plainText(quoted(["a", "b", "c"], 1))).toBe('"a" and 2 more');
    expect(plainText(listOf([]))).toBe("");
  });
});
