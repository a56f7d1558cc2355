import { describe, expect, it } from "vitest";
import type { Attempt } from "./attempt.ts";
import type { Invocation } from "./invocation.ts";
import { joinAttempt, joinExecution } from "./join.ts";

const arn = "arn:aws:states:eu-west-1:1:execution:workflow:one";
const child = "arn:aws:states:eu-west-1:1:execution:workflow/ClassifyAtScale:4d2e";
const invocation = (requestId: string, at: number, call?: Partial<Invocation["call"]>): Invocation => ({
  requestId,
  group: "g",
  stream: requestId,
  events: [{ id: requestId, group: "g", stream: requestId, at, message: "" }],
  call: call && { message: "call", requestId, ...call },
  report: undefined,
  failed: false,
});
const attempt = (number: number, from: number, requestId?: string): Attempt => ({
  number,
  from,
  to: from + 1_000,
  functionName: "f",
  requestId,
  error: undefined,
});
const run = { name: "Classify", input: '{"Items":[{"index":8}]}' };
const said = (attempt: number, firstIndex = 8, execution = arn) => ({
  execution,
  state: "Classify",
  attempt,
  firstIndex,
});
const idsOf = (invocations: readonly Invocation[]) => invocations.map(({ requestId }) => requestId);

describe("the call of an attempt", () => {
  const log = [
    invocation("first", 10_100, said(0)),
    invocation("second", 11_500, said(1)),
    invocation("other batch", 10_100, said(0, 16)),
    invocation("other execution", 10_100, said(0, 8, child)),
    invocation("silent", 10_200),
  ];

  it("is the one with its request id", () => {
    expect(joinAttempt(arn, run, attempt(0, 10_000, "silent"), log)).toMatchObject({
      by: "call",
      invocations: [{ requestId: "silent" }],
    });
  });

  it("is the one that says that it is this attempt of this batch, if the call failed", () => {
    for (const [number, id] of [
      [0, "first"],
      [1, "second"],
    ] as const) {
      const { by, invocations } = joinAttempt(arn, run, attempt(number, 10_000 + number * 1_200), log);
      expect([by, idsOf(invocations)]).toEqual(["call", [id]]);
    }
  });

  it("is found after a redrive, which counts attempts anew", () => {
    const { by, invocations } = joinAttempt(arn, run, attempt(7, 10_000), [invocation("anew", 10_100, said(0))]);
    expect([by, idsOf(invocations)]).toEqual(["call", ["anew"]]);
  });

  it("is unknown if no call says it: then those in its time are shown that belong to no other", () => {
    const { by, invocations } = joinAttempt(arn, { name: "Other", input: "{}" }, attempt(0, 10_000), log);
    expect([by, idsOf(invocations)]).toEqual(["time", ["silent"]]);
    expect(joinAttempt(arn, { name: "Other", input: "{}" }, attempt(0, 90_000), log).invocations).toEqual([]);
  });
});

it("the calls of an execution are its own, those of its children, and those with its request ids", () => {
  const log = [
    invocation("own", 1, said(0)),
    invocation("of a child", 2, { ...said(0, 0, child), executionId: "one" }),
    invocation("of another", 3, { ...said(0, 0, `${arn}2`), executionId: "one2" }),
    invocation("known by its id", 4),
    invocation("silent", 5),
  ];
  const joined = joinExecution({ arn, name: "one", requestIds: new Set(["known by its id"]) }, log);
  expect(idsOf(joined.invocations)).toEqual(["own", "of a child", "known by its id"]);
  expect(idsOf(joined.unclaimed)).toEqual(["silent"]);
});
