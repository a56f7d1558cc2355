import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "*.ts", "*.mjs", "*.md", "*.html"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && file !== "test/language.test.ts");

const unit =
  "(?:line|file|item|photo|image|batch|core|group|stream|request|branch|event|page|call|environment|object|cold start)";

const noun = "(?:line|label|file|image|result|entry|noun|folder|execution|batch|object|answer|event|stack)s?";

/** Phrases that readers have to translate, with what to write instead. Each is unambiguous: none occurs in good English. */
const patterns: readonly { readonly phrase: RegExp; readonly instead: string; readonly example: string }[] = [
  {
    phrase: new RegExp(`\\b(?:one|two|three) (?:(?:[a-z-]+ )?${noun} )?an? ${unit}\\b`, "i"),
    instead: "one per line",
    example: "labels, one a line",
  },
  {
    phrase: new RegExp(`\\ban? (?:file|folder|line|page) an? ${unit}\\b`, "i"),
    instead: "one file per stream",
    example: "a folder with a file a stream",
  },
  {
    phrase: new RegExp(`\\bcosts? more an? ${unit}\\b`, "i"),
    instead: "costs more per image",
    example: "Small requests cost more an image.",
  },
  { phrase: /\bcan(?:not)? be had\b/i, instead: "cannot be fetched", example: "a package that cannot be had" },
  { phrase: /\bgoes? with (?:it|them)\b/i, instead: "is removed with it", example: "a folder that goes with it" },
  { phrase: /\bstands once\b/i, instead: "is defined once", example: "Each fact stands once." },
  {
    phrase: /\bas it stands\b|\bstands (?:in|at|there|beside)\b/i,
    instead: "is in",
    example: "a name that stands in a list",
  },
  { phrase: /\bjudg(?:e|es|ed|ing)\b/i, instead: "verify", example: "The lane judges a table." },
  { phrase: /\bof (?:its|one's|their|his) own\b/i, instead: "separate", example: "a process of its own" },
  {
    phrase: /\b(?:it|that|which|itself|gateway|API|function|service|server|host) answers\b|\("answers /i,
    instead: "returns",
    example: "the function answers null",
  },
  { phrase: /\b(?:it|that|which) (?:is|are) none\b/i, instead: "is not one", example: "a text that is none" },
  {
    phrase:
      /\bnobody else\b|\bof it all\b|\bby the way that\b|\b(?:is|are) had\b|\bupon\b|\bthus\b|\bbe it\b|\bwhence\b/i,
    instead: "plain words",
    example: "Nobody else has it.",
  },
];

describe("the language of comments, documents and messages", () => {
  it("is read from all tracked files, so that the rules below are not vacuous", () => {
    expect(files).toContain("README.md");
    expect(files.length).toBeGreaterThan(300);
  });

  it.each(patterns)("recognises $phrase", ({ phrase, example }) => expect(example).toMatch(phrase));

  it.each(patterns)('has no $phrase: write "$instead"', ({ phrase }) => {
    const found = files.flatMap((file) =>
      readFileSync(path.join(root, file), "utf8")
        .split("\n")
        .flatMap((line, at) => (phrase.test(line) ? [`${file}:${at + 1} ${line.trim().slice(0, 120)}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
