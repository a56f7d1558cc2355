import { expect, it } from "vitest";
import { readReport } from "./function-report.ts";

it.each([
  [
    "REPORT RequestId: 5f1c-1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\t",
    { requestId: "5f1c-1", durationMs: 12.34, billedMs: 13, sizeMb: 512, usedMb: 81 },
  ],
  [
    "REPORT RequestId: 5f1c-2\tDuration: 100.00 ms\tBilled Duration: 600 ms\tMemory Size: 3008 MB\tMax Memory Used: 900 MB\tInit Duration: 499.90 ms\tStatus: error\tError Type: Runtime.ExitError\t",
    { requestId: "5f1c-2", durationMs: 100, billedMs: 600, sizeMb: 3008, usedMb: 900, initMs: 499.9 },
  ],
  ["END RequestId: 5f1c-1", undefined],
  ["a line that quotes REPORT RequestId: 5f1c-1", undefined],
])("%s", (line, expected) => {
  expect(readReport(line)).toEqual(expected);
});
