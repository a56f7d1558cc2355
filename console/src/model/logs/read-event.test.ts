import { expect, it } from "vitest";
import { readEvent } from "./read-event.ts";

const event = (message: string) => ({ id: "1", group: "g", stream: "s", at: 1, message });

it("reads the line, the report or neither, and each event once", () => {
  const report = event(
    "REPORT RequestId: 0a1b2c3d\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t",
  );
  expect(readEvent(report)).toMatchObject({
    line: { level: "platform" },
    call: undefined,
    report: { durationMs: 2.5 },
  });
  expect(readEvent(event("hello"))).toEqual({
    line: { level: "info", text: "hello", stack: [] },
    call: undefined,
    report: undefined,
  });
  expect(readEvent(report)).toBe(readEvent(report));
});
