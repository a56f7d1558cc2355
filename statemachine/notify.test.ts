import { describe, expect, it } from "vitest";
import { FunctionError, type Handlers } from "../packages/local-aws/src/states/test-support/harness.ts";
import { runOnce } from "../packages/local-aws/src/states/test-support/run-once.ts";
import { shippedWorkflow } from "./test-support/shipped-workflow.ts";

describe("notify", () => {
  const callOf = (state: string) => ({
    execution: expect.stringMatching(/:execution:machine:one$/),
    state,
    attempt: 0,
  });
  const detail = { executionArn: "arn:e", name: "e", status: "SUCCEEDED" };
  const run = (Notify: Handlers[string]) =>
    runOnce(shippedWorkflow("notify"), { source: "aws.states", detail }, { Notify });
  const failing = (name: string) => () => {
    throw new FunctionError(name);
  };

  it("sends the webhook of the execution that ended, once", async () => {
    const done = await run(() => ({ webhook: "delivered" }));
    expect(done).toMatchObject({ status: "SUCCEEDED", output: { webhook: "delivered" } });
    expect(done.calls.map(({ payload }) => payload)).toEqual([{ call: callOf("Send webhook"), end: detail }]);
  });

  it("tries a receiver again for about a day, records that it failed, and fails itself", async () => {
    const records: unknown[] = [];
    const done = await run((input) => {
      const { failure } = input as { failure?: unknown };
      if (failure === undefined) throw new FunctionError("WebhookNotDelivered");
      records.push(input);
      return {};
    });
    expect(done).toMatchObject({ status: "FAILED", error: "WebhookNotDelivered" });
    expect(done.calls).toHaveLength(35);
    const failure = { Error: "WebhookNotDelivered", Cause: expect.any(String) };
    expect(records).toEqual([{ call: callOf("Record failure"), end: detail, failure }]);
    // Timeouts are whole seconds.
    const waits = done.slept.filter((milliseconds) => milliseconds % 1_000 !== 0);
    const hours = waits.reduce((sum, milliseconds) => sum + milliseconds, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(12);
    expect(hours).toBeLessThan(48);
  });

  it("does not try again what a receiver refuses", async () => {
    const done = await run((input) => ("failure" in (input as object) ? {} : failing("WebhookRefused")()));
    expect(done).toMatchObject({ status: "FAILED" });
    expect(done.calls).toHaveLength(2);
  });

  it("tries again to record the failure if the bucket cannot be used", async () => {
    let left = 3;
    const done = await run((input) => {
      if (!("failure" in (input as object))) throw new FunctionError("WebhookRefused");
      if (left-- > 0) throw new FunctionError("StorageUnavailable");
      return {};
    });
    expect(done.calls).toHaveLength(5);
  });
});
