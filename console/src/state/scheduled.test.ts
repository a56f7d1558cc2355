import { describe, expect, it } from "vitest";
import type { Configuration } from "../service/configuration.ts";
import type { Description, ExecutionRow } from "../service/step-functions.ts";
import { Scheduled, startTimeOf } from "./scheduled.ts";

const machines = "arn:aws:states:us-east-1:000000000000:stateMachine";
const configuration: Configuration = {
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  stateMachines: [],
  functions: [],
  architecture: "x86_64",
  workflowArn: `${machines}:main`,
  delayedStartArn: `${machines}:later`,
  buckets: [],
};
const held = (name: string) => `arn:aws:states:us-east-1:000000000000:execution:later:${name}`;
const times: Record<string, string> = { a: "2027-01-02T00:00:00Z", b: "2027-01-01T00:00:00Z" };

function service(names: readonly string[], nextToken?: string) {
  const described: string[] = [];
  return {
    described,
    executions: async () => ({
      rows: names.map((name) => ({ arn: held(name), name }) as ExecutionRow),
      nextToken,
    }),
    describe: async (arn: string) => {
      described.push(arn);
      const notBefore = times[arn.split(":").at(-1) ?? ""];
      if (notBefore === undefined) throw new Error("there is none");
      return { input: JSON.stringify({ images: ["x"], notBefore }) } as Description;
    },
  };
}

describe("scheduled executions", () => {
  it("are listed with their time, the next one first, and each is read once", async () => {
    const states = service(["a", "b"]);
    const scheduled = new Scheduled(configuration, states);
    await scheduled.refresh();
    await scheduled.refresh();
    expect(scheduled.rows.map(({ name, startsAt }) => [name, startsAt])).toEqual([
      ["b", Date.UTC(2027, 0, 1)],
      ["a", Date.UTC(2027, 0, 2)],
    ]);
    expect(states.described).toEqual([held("a"), held("b")]);
  });

  it("are shown in part if there are many, with the number of the others, and all of them when asked", async () => {
    const names = Array.from({ length: 45 }, (_, at) => `n${at}`);
    const states = service(names);
    for (const name of names) times[name] = "2027-01-01T00:00:00Z";
    const scheduled = new Scheduled(configuration, states);
    await scheduled.refresh();
    expect([scheduled.rows.length, scheduled.hidden, states.described.length]).toEqual([20, 25, 20]);
    await scheduled.more();
    await scheduled.more();
    expect([scheduled.rows.length, scheduled.hidden, states.described.length]).toEqual([45, 0, 45]);
    // What has begun is forgotten: its time is read again if it is held again.
    names.splice(0, 44);
    await scheduled.refresh();
    names.unshift("n3");
    await scheduled.refresh();
    expect([scheduled.rows.length, states.described.length]).toEqual([2, 46]);
  });

  it("may be even more than one call lists", async () => {
    const scheduled = new Scheduled(configuration, service(["a"], "next"));
    await scheduled.refresh();
    expect([scheduled.hidden, scheduled.isCut]).toEqual([0, true]);
  });

  it("are none in a stack without the workflow that holds them", async () => {
    const { delayedStartArn: _, ...older } = configuration;
    const scheduled = new Scheduled(older, service(["a"]));
    await scheduled.refresh();
    expect(scheduled.rows).toEqual([]);
    expect(await scheduled.holderOf("arn:aws:states:us-east-1:000000000000:execution:main:a")).toBeUndefined();
  });

  it("keep what was read last, and the problem, while they cannot be read", async () => {
    const states = service(["a"]);
    const scheduled = new Scheduled(configuration, states);
    await scheduled.refresh();
    Object.assign(states, { executions: () => Promise.reject(new Error("slow down")) });
    await scheduled.refresh();
    expect([scheduled.rows.length, scheduled.problem?.message]).toEqual([1, "slow down"]);
  });

  it("are found by the address that they will have", async () => {
    const scheduled = new Scheduled(configuration, service([]));
    expect(await scheduled.holderOf("arn:aws:states:us-east-1:000000000000:execution:main:a")).toBe(held("a"));
    expect(await scheduled.holderOf("arn:aws:states:us-east-1:000000000000:execution:main:c")).toBeUndefined();
    expect(await scheduled.holderOf("arn:aws:states:us-east-1:000000000000:execution:other:a")).toBeUndefined();
  });

  it.each(["[]", '{"notBefore": 5}', '{"notBefore": "soon"}', "no JSON"])("have no time in the input %s", (input) => {
    expect(startTimeOf({ input })).toBeUndefined();
  });
});
