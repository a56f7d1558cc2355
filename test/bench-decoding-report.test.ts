import { describe, expect, it } from "vitest";
import { type Sample, sharesTable, stagesTable } from "../bench/decoding/report.ts";

const sample = (work: "decode" | "infer" | "both", inferred: readonly number[], cores?: number): Sample => ({
  batch: 8,
  cores,
  sample: {
    work,
    wallMs: 1_234.56,
    inferred: [...inferred],
    function: { ranMs: 1_300, waitedMs: 1_300 },
    decoders: { ranMs: 1_200, waitedMs: 400 },
  },
});

describe("the tables of bench:decoding", () => {
  const table = sharesTable([
    sample("decode", [], 1.75),
    sample("infer", [], 1.75),
    sample("both", [1, 2, 5], 1.75),
    sample("both", [8], 1.75),
    sample("both", [8]),
  ]);
  const cells = table
    .split("\n")
    .filter((line) => line.includes("both"))
    .map((line) => line.split("│").map((cell) => cell.trim()));

  it("fit a terminal of 80 columns, however many ways there are to divide a batch", () => {
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("have the range of images that were inferred at once, and shares of the time that threads wanted to run", () => {
    expect(cells.map((row) => row[9])).toEqual(["1 to 8", "8"]);
    expect(cells[0]?.slice(4, 9)).toEqual(["1234.6", "1300.0", "50 %", "1200.0", "25 %"]);
  });

  it("have no negative time for a stage that is a difference", () => {
    const least = { headers: 0.1, metadata: 1, jpeg: 19, whole: 18.8, full: 70 };
    const rows = stagesTable([{ width: 4_000, height: 3_000, bytes: 1, least }]);
    expect(/resize, colours, copy\s+│\s+(\S+)/.exec(rows)?.[1]).toBe("0.0");
  });
});
