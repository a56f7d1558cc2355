import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { report } from "./report.ts";

const good = { name: "a.jpg", predictions: [{ label: "tabby, tabby cat", probability: 0.91234 }] };
const bad = { name: 'b "x".jpg', predictions: [], error: { code: "NotAnImage", message: "It is\nno image." } };

describe("report", () => {
  it("shows a table with percentages, errors and a sum", () => {
    const text = report([good, bad], "table");
    expect(text).toMatch(/a\.jpg .*tabby, tabby cat .*91\.2 %/);
    expect(text).toContain("1 of 2 images classified, 1 with an error");
    expect(text).not.toContain("\u001b");
    expect(report([good], "table")).toContain("1 image classified");
  });

  it("keeps a terminal safe from file names", () => {
    expect(report([{ ...good, name: "\u001b[2Jx.jpg" }], "table")).not.toContain("\u001b");
  });

  it("writes CSV that a parser reads back, control characters escaped", () => {
    const [heading, first, second] = parse(report([good, bad], "csv")) as string[][];
    expect(heading).toEqual(["image", "rank", "label", "probability", "error", "message"]);
    expect(first).toEqual(["a.jpg", "1", "tabby, tabby cat", "0.91234", "", ""]);
    expect(second).toEqual(['b "x".jpg', "", "", "", "NotAnImage", "It is\\u000ano image."]);
  });

  it("lets no control character into CSV", () => {
    const hostile = "a\u001b[2J\u009b\u202e\t.jpg";
    const text = report(
      [
        { ...good, name: hostile },
        { ...bad, name: hostile },
      ],
      "csv",
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in it.
    expect(text.replaceAll("\r\n", "\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("marks formulas as text, so that a spreadsheet does not run them", () => {
    expect(report([{ ...good, name: "=1+1.jpg" }], "csv")).toContain("'=1+1.jpg,1,");
  });
});
