import { describe, expect, it } from "vitest";
import { type CostInputs, classifyByProcessor, idleCosts, mbPerProcessor, runCosts, secondsPerImage } from "./cost.ts";
import { measured, perImageOn } from "./measured.ts";
import { dollars, totalOf } from "./money.ts";
import { prices } from "./prices.ts";
import { transitionsOf } from "./transitions.ts";

const task = (next?: string) => (next ? { Type: "Task", Next: next } : { Type: "Task", End: true });
const inner = (Mode: string, ExecutionType?: string) => ({
  ProcessorConfig: { Mode, ...(ExecutionType && { ExecutionType }) },
  StartAt: "work",
  States: { work: task() },
});
const definition = (executionType = "STANDARD") => ({
  StartAt: "plan",
  States: {
    plan: task("scale"),
    scale: { Type: "Choice", Choices: [{ Variable: "$.plan", IsPresent: true, Next: "many" }], Default: "few" },
    few: { Type: "Map", ItemProcessor: inner("INLINE"), Next: "merge" },
    many: { Type: "Map", ItemProcessor: inner("DISTRIBUTED", executionType), Next: "merge" },
    merge: task(),
  },
});

const inputs: CostInputs = {
  memory: { api: 512, map: 512, classify: 1_769, reduce: 512, notify: 256 },
  architecture: "x86_64",
  precision: "float32",
  batchSize: 8,
  inlineLimit: 250_000,
  definition: definition(),
  resultRetentionDays: 30,
  provisioned: [],
  alarms: 2,
  dashboards: 1,
  imageBytes: 1e9,
  bucketBytes: 0,
};

describe("transitions", () => {
  it("are those of the way through, by the size of the request", () => {
    expect(transitionsOf(definition(), false)).toEqual({ fixed: 4, perBatch: 1, perChild: 0, expressChildren: false });
    expect(transitionsOf(definition(), true)).toEqual({ fixed: 4, perBatch: 0, perChild: 2, expressChildren: false });
  });

  it("end in a definition that goes in a circle", () => {
    const circle = { StartAt: "a", States: { a: task("b"), b: task("a") } };
    expect(transitionsOf(circle, false).fixed).toBe(2);
  });
});

describe("the cost of a run", () => {
  const lineOf = (images: number, what: string, changed: Partial<CostInputs> = {}) =>
    runCosts(images, { ...inputs, ...changed }).find((each) => each.what.includes(what))?.usd ?? Number.NaN;

  it("of classify is what its processor time takes at one processor per 1,769 MB", () => {
    const perImage = perImageOn(measured.estimatedFor);
    const seconds = 8 * (perImage.decode + perImage.float32);
    const gbSeconds = seconds * (mbPerProcessor / 1_024);
    expect(lineOf(8, "classify")).toBeCloseTo(
      gbSeconds * prices.lambdaX86GbSecond + prices.lambdaMillionRequests / 1e6,
      12,
    );
  });

  it("of classify does not depend on memory, since twice the memory is half the time", () => {
    const twice = { memory: { ...inputs.memory, classify: 2 * mbPerProcessor } };
    expect(secondsPerImage({ ...inputs, ...twice })).toBeCloseTo(secondsPerImage(inputs) / 2, 12);
    expect(lineOf(80, "classify", twice)).toBeCloseTo(lineOf(80, "classify"), 12);
  });

  it("is lower with integers, on arm64 and with Express children", () => {
    expect(lineOf(1_000, "classify", { precision: "int8" })).toBeLessThan(lineOf(1_000, "classify"));
    expect(lineOf(1_000, "classify", { architecture: "arm64" })).toBeLessThan(lineOf(1_000, "classify"));
    expect(lineOf(1_000, "Step Functions", { definition: definition("EXPRESS") })).toBeLessThan(
      lineOf(1_000, "Step Functions"),
    );
  });

  it("per image falls with the length of the list", () => {
    const each = (images: number) => totalOf(runCosts(images, inputs)) / images;
    expect(each(80)).toBeLessThan(each(8));
  });
});

describe("the cost of classify by processor", () => {
  const rows = classifyByProcessor(1_000, inputs);

  it("has a row for each measured class and form, and agrees with the cost of a run", () => {
    expect(new Set(rows.map(({ processor }) => processor))).toEqual(new Set(Object.keys(measured.perImage)));
    const estimated = rows.find(
      ({ processor, precision }) => processor === measured.estimatedFor && precision === inputs.precision,
    );
    expect(estimated?.usd).toBeCloseTo(runCosts(1_000, inputs)[0]?.usd ?? 0, 12);
  });

  it("is lowest with integers on each class", () => {
    for (const processor of Object.keys(measured.perImage)) {
      const own = rows.filter((row) => row.processor === processor).sort((a, b) => a.usd - b.usd);
      expect(own[0]?.precision).toBe("int8");
    }
  });

  it("is refused for a class that was not measured", () => {
    expect(() => perImageOn("avx512")).toThrow('"avx512" was not measured');
  });
});

describe("an idle month", () => {
  it("counts what stays: images, alarms, the dashboard, warm sandboxes", () => {
    const warm = { ...inputs, provisioned: [{ count: 2, memory: 1_024 }] };
    expect(totalOf(idleCosts(inputs))).toBeCloseTo(0.1 + 0.2 + 3, 12);
    expect(totalOf(idleCosts(warm)) - totalOf(idleCosts(inputs))).toBeCloseTo(
      2 * 2_592_000 * prices.lambdaProvisionedGbSecond,
      9,
    );
  });
});

it.each([
  [0, "0"],
  [0.0000072, "0.0000072"],
  [31.72, "32"],
  [0.1, "0.10"],
])("%d USD is written %s", (usd, expected) => expect(dollars(usd)).toBe(expected));
