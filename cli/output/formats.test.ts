import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { Row } from "../outcomes.ts";
import { printerOf } from "./formats.ts";

const good = { name: "a.jpg", predictions: [{ label: "tabby, tabby cat", probability: 0.91234 }] };
const bad = { name: 'b "x".jpg', predictions: [], error: { code: "NotAnImage", message: "It is\nno image." } };

async function report(rows: readonly Row[], format: "table" | "csv"): Promise<string> {
  const texts: string[] = [];
  const printer = printerOf(format, { write: (text) => texts.push(text) });
  for (const [index, row] of rows.entries()) await printer.print(row, index);
  await printer.end();
  return texts.join("");
}

describe("a report", () => {
  it("shows a table with percentages, errors and a sum", async () => {
    const text = await report([good, bad], "table");
    expect(text).toMatch(/a\.jpg .*tabby, tabby cat .*91\.2 %/);
    expect(text).toContain("1 of 2 images classified, 1 with an error");
    expect(text).not.toContain("\u001b");
    expect(await report([good], "table")).toContain("1 image classified");
  });

  it("keeps a terminal safe from file names", async () => {
    expect(await report([{ ...good, name: "\u001b[2Jx.jpg" }], "table")).not.toContain("\u001b");
  });

  it("writes CSV that a parser reads back, control characters escaped", async () => {
    const [heading, first, second] = parse(await report([good, bad], "csv")) as string[][];
    expect(heading).toEqual(["image", "rank", "label", "probability", "error", "message"]);
    expect(first).toEqual(["a.jpg", "1", "tabby, tabby cat", "0.91234", "", ""]);
    expect(second).toEqual(['b "x".jpg', "", "", "", "NotAnImage", "It is\\u000ano image."]);
  });

  it("lets no control character into CSV", async () => {
    const hostile = "a\u001b[2J\u009b\u202e\t.jpg";
    const text = await report(
      [
        { ...good, name: hostile },
        { ...bad, name: hostile },
      ],
      "csv",
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in it.
    expect(text.replaceAll("\r\n", "\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("marks formulas as text, so that a spreadsheet does not run them", async () => {
    expect(await report([{ ...good, name: "=1+1.jpg" }], "csv")).toContain("'=1+1.jpg,1,");
  });

  it("of many rows is written in blocks, so that they are not held in memory", async () => {
    const writes: string[] = [];
    const printer = printerOf("table", { write: (text) => writes.push(text) });
    for (let index = 0; index < 2_500; index += 1) await printer.print(index === 7 ? bad : good, index);
    expect(writes.map((text) => text.split("\n").length - 1)).toEqual([1_000, 1_000]);
    await printer.end();
    expect(writes.at(-1)).toBe("2499 of 2500 images classified, 1 with an error\n");
  });

  it.each(["table", "csv", "json"] as const)("waits for a slow reader of its output: %s", async (format) => {
    let drained = () => {};
    const stream = {
      write: () => false,
      once: (_event: "drain", listener: () => void) => {
        drained = listener;
      },
    };
    let printed = false;
    const printer = printerOf(format, stream);
    const printing = (async () => {
      await printer.print(good, 0);
      if (format === "table") await printer.end();
      printed = true;
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(printed).toBe(false);
    drained();
    await new Promise((resolve) => setImmediate(resolve));
    drained();
    await printing;
  });
});
