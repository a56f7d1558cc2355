import { describe, expect, it } from "vitest";
import { LineSplitter } from "./lines.ts";

function split(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

describe("a runtime's output", () => {
  it("becomes lines wherever the pipe cuts it, also within a letter", () => {
    const text = Buffer.from("größe\nnext\n");
    const cuts = Array.from({ length: text.length }, (_, at) => [text.subarray(0, at), text.subarray(at)]);
    for (const cut of cuts) expect(split(...cut)).toEqual(["größe", "next"]);
  });

  it("keeps what has no line end when the runtime ends", () => {
    expect(split("done\nhalf")).toEqual(["done", "half"]);
  });

  it("is one event where the writer's line breaks are carriage returns", () => {
    expect(split("Error: no\r    at handler\nnext\r\n")).toEqual(["Error: no\n    at handler", "next"]);
  });

  it("is cut where a line is longer than an event may be", () => {
    expect(split("x".repeat(600 * 1024)).map(({ length }) => length)).toEqual([256 * 1024, 256 * 1024, 88 * 1024]);
  });
});
