import { expect, it } from "vitest";
import { coldStartsIn } from "./starts.ts";

const report = "REPORT RequestId: 1\tDuration: 5.00 ms\tBilled Duration: 900 ms\tMemory Size: 512 MB";
const record =
  '{"level":"INFO","message":"…","engine":"native","precision":"int8","processor":"avx2","flags":["avx","avx2"]}';

it("pairs the report of a sandbox's first call with the record of its start, by the log stream", () => {
  const events = [
    { logStreamName: "a", message: `2026-11-26T10:00:00Z ${record}` },
    { logStreamName: "b", message: `${report}\tInit Duration: 120.50 ms\t\n` },
    { logStreamName: "a", message: `${report}\tInit Duration: 880.25 ms\t\n` },
    { logStreamName: "a", message: `${report}\t\n` },
    { logStreamName: "c", message: "the text Init Duration: 1 ms of somebody" },
  ];
  expect(coldStartsIn("/aws/lambda/x", events)).toEqual([
    { group: "/aws/lambda/x", initMs: 120.5 },
    {
      group: "/aws/lambda/x",
      initMs: 880.25,
      record: { engine: "native", precision: "int8", processor: "avx2", flags: ["avx", "avx2"] },
    },
  ]);
});
