import { describe, expect, it } from "vitest";
import { headroomOf } from "../contract/headroom/headroom.ts";
import { readHeadroomOptions } from "./headroom/options.ts";
import { described } from "./headroom.ts";

describe("npm run headroom", () => {
  it("shows the nearest limit first, with what breaks and why a limit does not", () => {
    const facts = {
      images: 1_000,
      events: 12,
      stateBytes: 2_048,
      seconds: 180,
      distributed: true,
      tasks: [],
      concurrency: 3,
      memory: [{ function: "reduce", usedMb: 256, sizeMb: 512 }],
    };
    const text = described(1_000, headroomOf(facts, { workflowSeconds: 3_600, concurrency: 6 }));
    const [title, heading, ...lines] = text.split("\n");
    expect([title, heading?.split(/ {2,}/)]).toEqual([
      "1,000 images",
      ["limit", "used", "share", "reached at the earliest at"],
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^memory of reduce +256 MB of 512 MB +50\.0 % +2,000 images$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^concurrent calls of classify +3 calls of 6 calls +50\.0 % +- \(/),
    );
    expect(lines.at(-1)).toMatch(/reached at 2,000 images or more: memory of reduce\.$/);
  });

  it.each([80, 40])("fits a terminal of %i columns", (columns) => {
    const facts = {
      images: 12,
      events: 12,
      stateBytes: 2_048,
      seconds: 180,
      distributed: true,
      tasks: [],
      concurrency: 3,
      memory: [{ function: "reduce", usedMb: 256, sizeMb: 512 }],
    };
    const text = described(12, headroomOf(facts, { workflowSeconds: 3_600, concurrency: 6 }), columns);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(text.replace(/\s+/g, " ")).toContain(
      "memory of reduce 256 MB of 512 MB (50.0 %); reached at 24 images or more",
    );
    expect(text.replace(/\s+/g, " ")).toContain("3 calls of 6 calls (50.0 %); more images take longer instead");
  });

  it.each([
    [[], "Name one execution"],
    [["a", "b"], "Name one execution"],
    [["../x"], "Name one execution"],
    [["--stack", "a", "--endpoint", "http://localhost:1", "x"], "exclude each other"],
    [["--jsn", "x"], 'no option "--jsn"'],
  ])("explains %j", (parameters, words) => {
    expect(() => readHeadroomOptions(parameters)).toThrow(words);
  });

  it("takes an execution's id", () => {
    expect(readHeadroomOptions(["e-1", "--json"])).toMatchObject({ executionId: "e-1", json: true, dataDir: ".data" });
  });
});
