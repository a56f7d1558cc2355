import { expect, it } from "vitest";
import { readEvent } from "../history/event.ts";
import { History } from "../history/history.ts";
import { coldStartsOf } from "./cold-starts.ts";
import { invocationsOf } from "./invocation.ts";

const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:workflow:one";
const at = (second: number) => 1_800_000_000_000 + second * 1_000;
const parameters = JSON.stringify({ FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:classify:7" });
const output = (requestId: string) => JSON.stringify({ SdkResponseMetadata: { RequestId: requestId } });

function history(): History {
  const steps: readonly (readonly [string, number, object])[] = [
    ["ExecutionStarted", 0, {}],
    ["TaskStateEntered", 0, { name: "Classify", input: "{}" }],
    ["TaskScheduled", 1, { parameters }],
    ["TaskStarted", 1, {}],
    ["TaskFailed", 9, { error: "Broken" }],
    ["TaskScheduled", 10, { parameters }],
    ["TaskStarted", 10, {}],
    ["TaskSucceeded", 15, { output: output("second") }],
  ];
  const read = new History();
  read.append(
    steps.map(([type, second, anyEventDetails], index) =>
      readEvent({ id: index + 1, previousEventId: index, type, timestamp: at(second) / 1_000, anyEventDetails }),
    ),
  );
  return read;
}

/** The log of a call in a sandbox that had to start. */
function log(requestId: string, second: number, initMs: number | undefined) {
  const report = `REPORT RequestId: ${requestId}\tDuration: 10.00 ms\tBilled Duration: 11 ms\tMemory Size: 512 MB\tMax Memory Used: 99 MB`;
  const messages = [
    `START RequestId: ${requestId} Version: 7`,
    initMs === undefined ? report : `${report}\tInit Duration: ${initMs} ms`,
  ];
  return messages.map((message, index) => ({
    id: `${requestId} ${index}`,
    group: "classify",
    stream: requestId,
    at: at(second),
    message,
  }));
}

it("reads the start of a sandbox from the report of the attempt's call", () => {
  const read = history();
  const [run] = read.runs;
  if (run === undefined) throw new Error("The history has no run.");
  const coldStart = coldStartsOf(executionArn, run, read, invocationsOf(log("second", 11, 2_345.6)));
  expect([coldStart(0), coldStart(1), coldStart(2)]).toEqual([undefined, 2_345.6, undefined]);
  const warm = coldStartsOf(executionArn, run, read, invocationsOf(log("second", 11, undefined)));
  expect(warm(1)).toBeUndefined();
});

it("does not take the start of a call that may belong to another attempt", () => {
  const read = history();
  const [run] = read.runs;
  if (run === undefined) throw new Error("The history has no run.");
  const other = invocationsOf(log("somebody else's", 3, 2_000));
  expect(coldStartsOf(executionArn, run, read, other)(0)).toBeUndefined();
});
