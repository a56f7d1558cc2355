import { expect, it } from "vitest";
import { callSeconds, mbPerProcessor, secondsPerImage } from "./cost.ts";
import { runSeconds } from "./duration.ts";
import { measured } from "./measured.ts";

const definition = (ExecutionType: string) => ({
  StartAt: "many",
  States: {
    many: { Type: "Map", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType } }, End: true },
  },
});
const inputs = {
  memory: { api: 512, map: 512, classify: mbPerProcessor, reduce: 512, notify: 256 },
  precision: "int8",
  batchSize: 10,
  definition: definition("STANDARD"),
} as const;
const each = secondsPerImage(inputs);
const ofCalls = (images: number) => callSeconds("map", images, inputs) + callSeconds("reduce", images, inputs);

it("is the time of the batches, so many at once, and of the calls before and after them", () => {
  expect(runSeconds(1_000, inputs, 10)).toBeCloseTo(10 * 10 * each + ofCalls(1_000));
  expect(runSeconds(1_001, inputs, 10)).toBeCloseTo(11 * 10 * each + ofCalls(1_001));
});

it.each([
  ["STANDARD", 100],
  ["EXPRESS", 6_000],
])("is never shorter than Step Functions needs to start %s child executions, %i per second", (type, perSecond) => {
  const seconds = runSeconds(1_000_000, { ...inputs, batchSize: 1, definition: definition(type) }, 100_000);
  expect(seconds).toBeCloseTo(1_000_000 / perSecond + ofCalls(1_000_000));
});

it("of the call of a function grows with the images, and shrinks with its memory up to one processor", () => {
  const { perCall, perImageInCall } = measured;
  const seconds = (reduce: number) => callSeconds("reduce", 1_000_000, { memory: { ...inputs.memory, reduce } });
  expect(seconds(mbPerProcessor)).toBeCloseTo(perCall.reduce + 1_000_000 * perImageInCall.reduce);
  expect(seconds(mbPerProcessor / 2)).toBeCloseTo(perCall.reduce + 2_000_000 * perImageInCall.reduce);
  expect(seconds(4 * mbPerProcessor)).toBeCloseTo(seconds(mbPerProcessor));
  expect(callSeconds("api", 1_000_000, inputs)).toBe(perCall.api);
});
