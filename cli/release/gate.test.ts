import { describe, expect, it } from "vitest";
import { isEnough, objection } from "./gate.ts";

const rules = { executions: 5, tolerance: 0.02 };
const good = { executions: 100, failedExecutions: 1, images: 2_000, failedImages: 4 };

describe("objection", () => {
  it("accepts a release that fails no more than the previous one", () => {
    expect(objection({ ...good, failedImages: 40 }, good, rules)).toBeUndefined();
  });

  it("reports the failed images of the release, compared with the previous one", () => {
    expect(objection({ ...good, failedImages: 400 }, good, rules)).toBe(
      "400 of 2000 images ended with ClassificationFailed or ClassificationTimeout with the new release (20.0 %; 0.2 % with the old release)",
    );
  });

  it("names failed executions", () => {
    expect(objection({ ...good, failedExecutions: 4 }, good, rules)).toMatch(/^4 of 100 executions failed/);
  });

  it("treats two failures as chance, however few executions ran", () => {
    const few = { executions: 2, failedExecutions: 2, images: 0, failedImages: 0 };
    expect(objection(few, good, rules)).toBeUndefined();
    expect(objection({ ...few, executions: 3, failedExecutions: 3 }, good, rules)).toMatch(/^3 of 3 executions/);
  });

  it("compares with nothing if the previous release had no traffic", () => {
    const none = { executions: 0, failedExecutions: 0, images: 0, failedImages: 0 };
    expect(objection({ ...good, failedImages: 400 }, none, rules)).toMatch(/the old release had none in this period/);
  });

  it("does not blame a release for what fails in both", () => {
    const outage = { ...good, failedExecutions: 60 };
    expect(objection(outage, outage, rules)).toBeUndefined();
  });
});

describe("isEnough", () => {
  it("requires the number of executions in the rules", () => {
    expect(isEnough({ ...good, executions: 4 }, rules)).toBe(false);
    expect(isEnough({ ...good, executions: 5 }, rules)).toBe(true);
  });
});
