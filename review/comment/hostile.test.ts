import { describe, expect, it } from "vitest";
import { dataOf } from "../report/data.ts";
import { bounded, mostCharacters, reportOf } from "../report/report.ts";
import { say, words } from "../report/sentence.ts";
import { notCompared } from "../stack-review.ts";
import { readHostile } from "./hostile.ts";

const graph = 'flowchart TD\n  s0["a"]:::added\n  classDef added stroke:#1a7f37,stroke-width:3px';
const honest = notCompared(
  "dev",
  [{ section: "Resources", rule: "resource-updated", sentence: say`function ${"x"}: ${1} → ${2}` }],
  {
    graphs: [{ workflow: "main", mermaid: graph }],
    rebuilt: { images: ["light"], functions: ["api"] },
  },
);
const data = (change: (text: string) => string = (text) => text): unknown =>
  JSON.parse(change(JSON.stringify(dataOf("base", [honest], {}))));

const attacks = [
  "@somebody",
  "#1",
  "GH-1",
  "owner/name#1",
  "https://evil.example/x",
  "www.evil.example",
  "![x](https://evil.example/p.png)",
  "[x](javascript:alert)",
  "<img src=x>",
  "</details>",
  "<!-- x -->",
  "`@a`",
  "```\n@b\n```",
  "a|b",
  "\n\n# heading\n\n",
  "&#64;somebody",
  "\u202e\u200b",
  "mail@evil.example",
];

/** The text outside code spans and fences, as a renderer would see it. */
const outsideCode = (markdown: string): string => markdown.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

describe("data that a change made", () => {
  it("give the report that the change's own code gives", () => {
    const read = readHostile(data());
    expect(reportOf(read.reviews, words(""))).toBe(reportOf([honest], words("")));
  });

  it.each(attacks)("with %j in any text are only text", (attack) => {
    const { failures: _none, ...rest } = data() as { stacks: Record<string, unknown>[]; failures: object };
    const [stack = {}] = rest.stacks;
    const hostile = {
      ...rest,
      failures: {},
      stacks: [
        {
          ...stack,
          stack: attack,
          findings: [
            {
              section: "Resources",
              rule: "resource-updated",
              parts: [attack, { code: attack }],
              details: [[attack, { code: attack }]],
            },
          ],
          rebuilt: { images: [attack], functions: [attack] },
          graphs: [{ workflow: attack, mermaid: `${graph}\n${attack}` }],
        },
      ],
    };
    const report = reportOf(readHostile(hostile).reviews, words(""));
    const open = outsideCode(report)
      .replace(/^<!-- deployment review -->/, "")
      .replace(/<\/?(details|summary)>/g, "")
      .replace(/^#{2,4} /gm, "");
    expect(open).not.toMatch(/[@<>[\]!|&]|#\d|GH-\d|:\/\/|www\.|\u202e|\u200b/);
    expect(report.match(/<details>/g)?.length ?? 0).toBe(report.match(/<\/details>/g)?.length ?? 0);
    expect(report).not.toMatch(/[\u202e\u200b]/);
    if (attack.includes("evil")) expect(report).not.toContain("mermaid");
  });

  it.each([
    ["another section", (text: string) => text.replace('"Resources"', '"Elsewhere"')],
    ["another rule", (text: string) => text.replace('"resource-updated"', '"no-such-rule"')],
    ["another version", (text: string) => text.replace('"version":1', '"version":2')],
  ])("with %s are refused", (_what, change) => expect(() => readHostile(data(change))).toThrow());
});

describe("a report that is too long", () => {
  it("is cut by whole lines, closes what is open, and says so", () => {
    const findings = Array.from({ length: 3_000 }, (_, index) => ({
      section: "Resources" as const,
      rule: "resource-updated" as const,
      sentence: say`function ${`f${index}`} changes in a way that takes a few words`,
    }));
    const text = bounded(reportOf([notCompared("dev", findings)], words("")));
    expect(text.length).toBeLessThanOrEqual(mostCharacters);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text).toContain("The rest of the report is in the summary");
  });
});
