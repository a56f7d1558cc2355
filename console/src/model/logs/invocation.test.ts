import { describe, expect, it } from "vitest";
import { invocationsOf } from "./invocation.ts";
import type { LogEvent } from "./log-event.ts";

let at = 0;
const event = (message: string, stream = "s"): LogEvent => {
  at += 1;
  return { id: String(at), group: "/aws/lambda/classify", stream, at, message };
};
const report = (id: string) =>
  `REPORT RequestId: ${id}\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\t`;
const call = (requestId: string, attempt = 0) =>
  JSON.stringify({
    level: "INFO",
    message: "call",
    requestId,
    execution: "arn:e",
    state: "Classify",
    attempt,
    firstIndex: 8,
  });
const whole = (id: string, stream?: string) =>
  [`START RequestId: ${id} Version: 1`, call(id), `END RequestId: ${id}`, report(id)].map((line) =>
    event(line, stream),
  );

const shapes = (events: readonly LogEvent[]) =>
  invocationsOf(events).map(({ requestId, events: own, failed }) => [requestId, own.length, failed]);

describe("the calls in a log", () => {
  it("are from one START to the next, with the lines that name no call", () => {
    const events = [...whole("aaaaaaaa"), ...whole("bbbbbbbb")];
    events.splice(2, 0, { ...event("a library's own line"), at: events[1]?.at ?? 0 });
    expect(shapes(events)).toEqual([
      ["aaaaaaaa", 5, false],
      ["bbbbbbbb", 4, false],
    ]);
  });

  it("have the lines of the start of their sandbox, also of one that starts again", () => {
    const events = [
      event("INIT_START Runtime"),
      event("engine chosen"),
      ...whole("aaaaaaaa"),
      event("INIT_START again"),
      ...whole("bbbbbbbb"),
    ];
    expect(shapes(events)).toEqual([
      ["aaaaaaaa", 6, false],
      ["bbbbbbbb", 5, false],
    ]);
  });

  it("of concurrent sandboxes are kept apart", () => {
    const [one, other] = [whole("aaaaaaaa", "one"), whole("bbbbbbbb", "other")];
    const mixed = one.flatMap((each, index) => [each, other[index] ?? each]);
    expect(shapes(mixed)).toEqual([
      ["aaaaaaaa", 4, false],
      ["bbbbbbbb", 4, false],
    ]);
  });

  it("that began before the span of time are known by the ids in their lines", () => {
    expect(shapes([event(`END RequestId: aaaaaaaa`), event(report("aaaaaaaa")), ...whole("bbbbbbbb")])).toEqual([
      ["aaaaaaaa", 2, false],
      ["bbbbbbbb", 4, false],
    ]);
  });

  it("of a sandbox that never started have no id", () => {
    expect(
      shapes([event("INIT_START Runtime"), event("INIT_REPORT Init Duration: 1.00 ms\tStatus: error\tError Type: x")]),
    ).toEqual([[undefined, 2, true]]);
  });

  it("say what the function said of them, and what Lambda bills", () => {
    expect(invocationsOf(whole("aaaaaaaa"))).toMatchObject([
      { call: { state: "Classify", attempt: 0, firstIndex: 8 }, report: { billedMs: 5, sizeMb: 512 } },
    ]);
  });
});
