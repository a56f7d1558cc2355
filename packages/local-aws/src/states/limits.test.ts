import { expect, it } from "vitest";
import { Harness, machine } from "./test-support/harness.ts";
import { runOnce } from "./test-support/run-once.ts";

it("ends an execution with its 25,000th event, as AWS does", async () => {
  const loop = {
    StartAt: "Loop",
    States: {
      Loop: { Type: "Choice", Choices: [{ Variable: "$.spin", BooleanEquals: false, Next: "End" }], Default: "Loop" },
      End: { Type: "Succeed" },
    },
  };
  const harness = new Harness([machine(loop)]);
  const arn = await harness.start({ spin: true });
  const cause = "The execution reached the maximum number of history events (25000).";
  expect(await harness.ended(arn)).toMatchObject({ status: "FAILED", error: "States.Runtime", cause });
  const { events } = await harness.call<{ events: unknown[] }>("GetExecutionHistory", {
    executionArn: arn,
    reverseOrder: true,
    maxResults: 2,
  });
  expect(events).toMatchObject([
    {
      id: 25_000,
      previousEventId: 24_999,
      type: "ExecutionFailed",
      executionFailedEventDetails: { error: "States.Runtime", cause },
    },
    { id: 24_999 },
  ]);
  await harness.stop();
});

it("lets nothing that waits go on after the event that ended the execution", async () => {
  const branch = (state: object) => ({ StartAt: "A", States: { A: state } });
  const definition = {
    StartAt: "Both",
    TimeoutSeconds: 5,
    States: {
      Both: {
        Type: "Parallel",
        Branches: [
          branch({ Type: "Wait", Seconds: 10, End: true }),
          { StartAt: "B", States: { B: { Type: "Wait", Seconds: 20, End: true } } },
        ],
        End: true,
      },
    },
  };
  const done = await runOnce(definition, {});
  expect(done).toMatchObject({ status: "TIMED_OUT", waiting: 0 });
  expect(done.types.at(-1)).toBe("ExecutionTimedOut");
});
