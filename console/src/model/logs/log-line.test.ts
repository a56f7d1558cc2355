import { describe, expect, it } from "vitest";
import { readLine, requestIdIn } from "./log-line.ts";

const id = "0b0cb7a4-5d3c-4c3e-9a51-1c2a6b7d8e9f";
const thrown = JSON.stringify({
  errorType: "InvalidInput",
  errorMessage: "It cannot be read.",
  stack: ["InvalidInput: It cannot be read.", "    at parseEvent (functions/shared/parse.ts:26:17)"],
});

describe("a line of a function's log", () => {
  it.each([
    ["START RequestId: a Version: 7", "platform", "START RequestId: a Version: 7"],
    [`REPORT RequestId: ${id}\tDuration: 1.00 ms\t`, "platform", `REPORT RequestId: ${id} Duration: 1.00 ms`],
    [`REPORT RequestId: ${id}\tStatus: timeout\t`, "error", `REPORT RequestId: ${id} Status: timeout`],
    [`2026-01-01T00:00:00.000Z ${id} Task timed out after 3.00 seconds`, "error", expect.stringContaining("timed out")],
    ['{"level":"INFO","message":"planned","requestId":"x","images":3}', "info", "planned images=3"],
    ['{"level":"WARN","message":"slow","_aws":{}}', "warn", "slow"],
    [`2026-01-01T00:00:00.000Z\t${id}\tINFO\ttwo\rlines`, "info", "two\nlines"],
    [
      `2026-01-01T00:00:00.000Z\t${id}\tERROR\t{"level":"ERROR","message":"broken","image":1}`,
      "error",
      "broken image=1",
    ],
    ["Segmentation fault", "info", "Segmentation fault"],
    ["{not JSON", "info", "{not JSON"],
  ])("%s", (message, level, text) => {
    expect(readLine(message)).toEqual({ level, text, stack: [] });
  });

  it("shows an exception as its name, its message and its stack", () => {
    expect(readLine(`2026-01-01T00:00:00.000Z\t${id}\tERROR\tInvoke Error \t${thrown}`)).toEqual({
      level: "error",
      text: "Invoke Error InvalidInput: It cannot be read.",
      stack: ["at parseEvent (functions/shared/parse.ts:26:17)"],
    });
  });
});

it.each([
  [`START RequestId: ${id} Version: 1`, id],
  [`2026-01-01T00:00:00.000Z\t${id}\tINFO\tx`, id],
  ["2026-01-01T00:00:00.000Z\tundefined\tINFO\tx", undefined],
  [`2026-01-01T00:00:00.000Z ${id} Task timed out after 3.00 seconds`, id],
  [`{"message":"call","requestId":"${id}"}`, id],
  ["Segmentation fault", undefined],
])("the request id in %s", (message, expected) => {
  expect(requestIdIn(message)).toBe(expected);
});
