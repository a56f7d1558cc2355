import { expect, it } from "vitest";
import { Logs } from "./logs.ts";

it("asks for whole milliseconds of one group, and returns the events with their group", async () => {
  const asked: unknown[] = [];
  const aws = {
    call: async (...question: unknown[]) => {
      asked.push(question);
      return { events: [{ eventId: "1", logStreamName: "s", timestamp: 5, message: "m" }], nextToken: "t" } as never;
    },
  };
  expect(await new Logs(aws).events({ group: "g", from: -3, to: 9.5 })).toEqual({
    events: [{ id: "1", group: "g", stream: "s", at: 5, message: "m" }],
    nextToken: "t",
  });
  expect(asked).toEqual([["logs", "FilterLogEvents", { logGroupName: "g", startTime: 0, endTime: 10 }]]);
});
