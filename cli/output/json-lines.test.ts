import { expect, it } from "vitest";
import { JsonLines } from "./json-lines.ts";

const good = { name: "a.jpg", predictions: [{ label: "tabby, tabby cat", probability: 0.91234 }] };
const bad = { name: 'b "x".jpg', predictions: [], error: { code: "NotAnImage", message: "It is\nno image." } };

function printed(print: (lines: JsonLines) => void): readonly string[] {
  const texts: string[] = [];
  print(new JsonLines({ write: (text) => texts.push(text) }));
  return texts;
}

it("prints predictions or an error, and where classification may continue, one object per line", () => {
  const texts = printed((lines) => {
    lines.print(bad, 1);
    lines.print(good, 0);
    lines.print({ ...bad, executionId: "e" }, 2);
  });
  for (const text of texts) expect(text).toMatch(/^[^\n]+\n$/);
  expect(texts.map((text) => JSON.parse(text))).toEqual([
    { index: 1, image: bad.name, error: bad.error },
    { index: 0, image: "a.jpg", predictions: good.predictions },
    { index: 2, image: bad.name, error: bad.error, executionId: "e" },
  ]);
});

it("prints each row once", () => {
  expect(printed((lines) => [0, 0, 1].map((index) => lines.print(good, index)))).toHaveLength(2);
});

it("lets no control character through, which a parser reads back", () => {
  const hostile = "a\u001b[2J\u009b\u202e\t.jpg";
  const [text = ""] = printed((lines) => lines.print({ ...good, name: hostile }, 0));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in it.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(JSON.parse(text)).toMatchObject({ image: hostile });
});
