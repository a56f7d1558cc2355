import { describe, expect, it } from "vitest";
import { runCosts } from "../../contract/cost/cost.ts";
import { totalOf } from "../../contract/cost/money.ts";
import { costInputsOf, estimateOf } from "./estimate.ts";

const settings = {
  memory: { api: 512, map: 512, classify: 3_008, reduce: 512, notify: 256 },
  architecture: "x86_64",
  precision: "int8",
  batchSize: 8,
  inlineLimit: 250_000,
  resultRetentionDays: 30,
};
const definition = '{"StartAt":"Work","States":{"Work":{"Type":"Task","End":true}}}';
const inputs = costInputsOf(settings, definition);

describe("an estimate before the start", () => {
  it("is that of npm run cost", () => {
    if (inputs === undefined) throw new Error("The settings are complete.");
    expect(estimateOf("5000", inputs)).toMatchObject({
      images: 5_000,
      usd: totalOf(runCosts(5_000, inputs)),
      label: expect.stringContaining("estimate"),
    });
  });

  it("includes the webhook of a stack that may send one", () => {
    const notifyDefinition = '{"StartAt":"Notify","States":{"Notify":{"Type":"Task","End":true}}}';
    const notifying = costInputsOf({ ...settings, notifyDefinition }, definition);
    if (inputs === undefined) throw new Error("The settings are complete.");
    const expected = runCosts(5_000, { ...inputs, notifyDefinition: JSON.parse(notifyDefinition) });
    expect(estimateOf("5000", notifying)).toMatchObject({ usd: totalOf(expected) });
    expect(totalOf(expected)).toBeGreaterThan(totalOf(runCosts(5_000, inputs)));
  });

  it.each([null, "", "0", "-1", "1e3", "12345678", "1.5"])("of %j images is refused", (images) => {
    expect(() => estimateOf(images, inputs)).toThrow(/whole number from 1/);
  });

  it("needs the settings: a stack of an older release gets the remedy", () => {
    expect(costInputsOf(undefined, definition)).toBeUndefined();
    expect(costInputsOf({ ...settings, memory: {} }, definition)).toBeUndefined();
    expect(costInputsOf(settings, undefined)).toBeUndefined();
    expect(() => estimateOf("5000", undefined)).toThrow(/pulumi up/);
  });
});
