import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "#local-aws";
import { delayedStartTransitions } from "../contract/cost/cost.ts";
import { startErrors } from "../contract/errors.ts";
import { apiLimits, daySeconds } from "../contract/limits.ts";
import { Harness, machine } from "../packages/local-aws/src/states/test-support/harness.ts";
import { VirtualClock } from "../packages/local-aws/src/states/test-support/virtual-clock.ts";
import { testWorkflow } from "../test/support/workflows.ts";

const begun = Date.now();
const main = machine({ StartAt: "Work", States: { Work: { Type: "Pass", End: true } } }, { name: "main" });
const definition = testWorkflow("delayed-start", (name) => name).replaceAll(`${main.arn}:live`, main.arn);
const delayed = machine(definition, { name: "delayed-start" });
const executionOf = (name: string) => `${main.arn.replace(":stateMachine:", ":execution:")}:${name}`;
const ahead = (seconds: number) => new Date(begun + seconds * 1_000).toISOString();

describe("delayed-start", () => {
  let harness: Harness;
  afterEach(() => harness.stop());

  /** JSONata reads the machine's own clock, so the virtual one begins there. */
  const made = (refusal?: (attempt: number) => string | undefined) => {
    let attempt = 0;
    harness = new Harness(
      [main, delayed],
      {},
      {
        clock: new VirtualClock(begun),
        integration: async (request, caller) => {
          attempt += 1;
          const name = refusal?.(attempt);
          if (name !== undefined) throw new AwsError(name, "Not now.");
          return harness.states.service(request, caller);
        },
      },
    );
  };
  const run = async (input: unknown, name = "one") => harness.ended(await harness.start(input, name, delayed.arn));
  const startOf = async (name: string) => {
    const [started] = await harness.history(executionOf(name));
    return { at: started?.timestamp, input: JSON.parse(started?.executionStartedEventDetails?.input ?? "") as unknown };
  };

  it("holds an execution until its time, then starts it under the same name with the same input", async () => {
    made();
    const input = { images: ["a.jpg"], topK: 5, notBefore: ahead(6 * daySeconds) };
    expect(await run(input)).toMatchObject({
      status: "SUCCEEDED",
      output: JSON.stringify({ executionArn: executionOf("one") }),
    });
    expect(await startOf("one")).toEqual({ at: (begun + 6 * daySeconds * 1_000) / 1_000, input });
  });

  it.each([
    ["a time that has passed", { images: ["a.jpg"], notBefore: ahead(-60) }],
    ["no time", { images: ["a.jpg"] }],
    ["a bare list", ["a.jpg"]],
  ])("starts an execution with %s at once", async (_what, input) => {
    made();
    await run(input);
    expect(await startOf("one")).toEqual({ at: begun / 1_000, input });
  });

  it.each([
    ["is too far ahead", ahead(apiLimits.delaySeconds + 3_600)],
    ["has no offset", "2027-01-01T02:00:00"],
    ["has no time of day", "2027-01-01"],
    ["is no day", "2027-13-41T02:00:00Z"],
    ["is a number", 1_800_000_000],
    ["is null", null],
  ])("refuses a time that %s, by the name of the field", async (_what, notBefore) => {
    made();
    expect(await run({ images: ["a.jpg"], notBefore })).toMatchObject({
      status: "FAILED",
      error: "InvalidInput",
      cause: expect.stringContaining('"notBefore" must be an ISO 8601 time'),
    });
    await expect(harness.history(executionOf("one"))).rejects.toThrow(/Does Not Exist/);
  });

  it("succeeds if the execution was started before, by an attempt whose result was lost", async () => {
    made();
    await harness.ended(await harness.start({ images: [] }, "one", main.arn));
    expect(await run({ images: [] })).toMatchObject({ status: "SUCCEEDED" });
  });

  it.each(["ThrottlingException", "ExecutionLimitExceeded", "InternalFailure"])(
    "tries for hours if its start is refused with %s",
    async (name) => {
      made((attempt) => (attempt <= 100 ? name : undefined));
      expect(await run({ images: [] })).toMatchObject({ status: "SUCCEEDED" });
      const { at } = await startOf("one");
      expect(Number(at) - begun / 1_000).toBeGreaterThan(3_600);
    },
  );

  it("fails after a day of refusals, within its own time, and says why", async () => {
    made(() => "ThrottlingException");
    expect(await run({ images: [], notBefore: ahead(apiLimits.delaySeconds - 60) })).toMatchObject({
      status: "FAILED",
      error: "NotStarted",
      cause: expect.stringMatching(/could not be started at its time: Not now.*ThrottlingException/),
    });
    const waits = harness.clock.slept.filter((milliseconds) => milliseconds <= 600_000 && milliseconds !== 60_000);
    const hours = waits.reduce((sum, milliseconds) => sum + milliseconds, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(18);
    expect(hours).toBeLessThan(36);
  });

  it("does not try again if the workflow does not exist any more", async () => {
    made(() => "StateMachineDoesNotExist");
    expect(await run({ images: [] })).toMatchObject({ status: "FAILED", error: "NotStarted" });
    expect(harness.clock.slept.filter((milliseconds) => milliseconds !== 60_000).length).toBeLessThan(3);
  });

  it("tries again after every error but those that another try cannot change", () => {
    const { States } = JSON.parse(definition) as { States: Record<string, { Retry?: readonly object[] }> };
    expect(States["Start execution"]?.Retry).toEqual([
      { ErrorEquals: startErrors, MaxAttempts: 0 },
      expect.objectContaining({ ErrorEquals: ["States.ALL"], JitterStrategy: "FULL" }),
    ]);
  });

  it("costs the transitions that the estimate names", async () => {
    made();
    await run({ images: [], notBefore: ahead(3_600) });
    const history = await harness.history(`${delayed.arn.replace(":stateMachine:", ":execution:")}:one`);
    const entered = history.filter(({ type }) => type?.endsWith("StateEntered")).length;
    expect(entered + 1).toBe(delayedStartTransitions);
  });

  it("has time for the longest delay and all attempts with their longest waits", () => {
    const { TimeoutSeconds, States } = JSON.parse(definition) as {
      readonly TimeoutSeconds: number;
      readonly States: Record<
        string,
        { readonly Retry: readonly Record<string, number>[]; readonly TimeoutSeconds: number }
      >;
    };
    const { Retry = [], TimeoutSeconds: attempt = 0 } = States["Start execution"] ?? {};
    const { MaxAttempts = 0, MaxDelaySeconds = 0 } = Retry.at(-1) ?? {};
    expect(TimeoutSeconds).toBeGreaterThan(apiLimits.delaySeconds + MaxAttempts * MaxDelaySeconds);
    expect(attempt).toBeGreaterThan(0);
  });
});
