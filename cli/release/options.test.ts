import { expect, it } from "vitest";
import { readReleaseOptions } from "./options.ts";

it("moves traffic in three steps of ten minutes by default", () => {
  expect(readReleaseOptions(["--stack", "prod"])).toMatchObject({
    action: "roll",
    stack: "prod",
    steps: [10, 50, 100],
    everyMs: 600_000,
    rules: { executions: 5, tolerance: 0.02 },
  });
});

it.each([
  ["5,100", [5, 100]],
  ["100", [100]],
])("reads the steps %s", (text, steps) => {
  expect(readReleaseOptions(["--steps", text]).steps).toEqual(steps);
});

it.each([
  [["--steps", "50,10,100"], /--steps is "50,10,100"/],
  [["--steps", "10,50"], /with 100 last/],
  [["--steps", "0,100"], /from 1 to 100/],
  [["--steps", ""], /--steps is ""/],
  [["--every", "10"], /--every is "10".*30s, 10m or 1h/],
  [["--every", "25h"], /from 1s to 24h/],
  [["--executions", "0"], /--executions is "0"/],
  [["--executions", ""], /--executions is ""/],
  [["--tolerance", "x"], /--tolerance is "x"/],
  [["--status", "--abort"], /--status and --abort exclude each other/],
  [["--stack", "prod", "--endpoint", "http://localhost:8080"], /exclude each other/],
  [["prod"], /release takes no "prod"/],
  [["--nonsense"], /--nonsense/],
] as const)("rejects %j with a sentence", (parameters, sentence) => {
  expect(() => readReleaseOptions(parameters)).toThrow(sentence);
});
