import { expect, it } from "vitest";
import { secondsPerImage } from "./cost.ts";
import { runSeconds } from "./duration.ts";

const inputs = {
  memory: { api: 512, map: 512, classify: 1_769, reduce: 512, notify: 256 },
  precision: "int8",
  batchSize: 10,
} as const;
const each = secondsPerImage(inputs);

it("is the time of the batches, so many at once", () => {
  expect(runSeconds(1_000, inputs, 10)).toBeCloseTo(10 * 10 * each + 1);
  expect(runSeconds(1_001, inputs, 10)).toBeCloseTo(11 * 10 * each + 1);
});

it("is never shorter than Step Functions needs to start the child executions", () => {
  expect(runSeconds(1_000_000, inputs, 10_000)).toBeCloseTo(100_000 / 100 + 1);
});
