import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { beforeEach, describe, expect, it } from "vitest";
import type { Machine, Route } from "./machine.ts";
import type { RateReader, Rates } from "./rates.ts";
import { type RollEvent, type RollOptions, type RollOutcome, roll } from "./roll.ts";
import { situationOf } from "./situation.ts";
import type { ReleaseTarget } from "./target.ts";

const arn = (name: string, version: number) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}:${version}`;

/** A workflow with versions of as many releases, whose routes can be changed. */
class FakeMachine {
  readonly #name: string;
  versionArns: string[];
  shares: Route[];
  refuses = false;

  constructor(name: string, newest = 2) {
    this.#name = name;
    this.versionArns = Array.from({ length: newest }, (_, at) => arn(name, newest - at));
    this.shares = [{ version: arn(name, 1), weight: 100 }];
  }

  async versions() {
    return this.versionArns;
  }
  async routes() {
    return this.shares;
  }
  async releaseOf(version: string) {
    return `r${version.at(-1)}`;
  }
  async setRoutes(routes: readonly Route[]) {
    if (this.refuses) throw new Error("refused");
    this.shares = routes.filter(({ weight }) => weight > 0);
  }
  async deleteVersion(version: string) {
    this.versionArns = this.versionArns.filter((each) => each !== version);
  }
  /** Shares by number of the version. */
  get weights() {
    return Object.fromEntries(this.shares.map(({ version, weight }) => [version.at(-1), weight]));
  }
  share(newer: number) {
    this.shares = [
      { version: arn(this.#name, 1), weight: 100 - newer },
      { version: arn(this.#name, 2), weight: newer },
    ].filter(({ weight }) => weight > 0);
  }
}

let main: FakeMachine;
let now: FakeMachine;
let events: RollEvent[];
beforeEach(() => {
  main = new FakeMachine("deep-learning-workflow");
  now = new FakeMachine("classify-now");
  events = [];
});

const fine: Rates = { executions: 5, failedExecutions: 0, images: 50, failedImages: 0 };

interface World {
  /** What happened to the executions of the new release so far. */
  readonly newer?: () => Rates;
  /** The raised alarms at each look; the last ones stay. */
  readonly alarms?: readonly (readonly string[])[];
  readonly onEvent?: (event: RollEvent) => void;
}

async function release(options: Partial<RollOptions> = {}, world: World = {}): Promise<RollOutcome> {
  const machines = {
    "deep-learning-workflow": main as unknown as Machine,
    "classify-now": now as unknown as Machine,
  };
  const situation = await situationOf(machines);
  const { candidate } = situation;
  if (candidate === undefined) throw new Error("there is no candidate");
  const { newer = () => fine } = world;
  const rates = {
    since: async (version: string) => (version.endsWith(":1") ? fine : newer()),
  } as unknown as RateReader;
  const raised = [...(world.alarms ?? [[]])];
  const cloudWatch = {
    send: async () => ({ MetricAlarms: next(raised).map((AlarmName) => ({ AlarmName })) }),
  } as unknown as CloudWatchClient;
  return roll(
    { ...situation, candidate },
    { steps: [10, 100], everyMs: 1, rules: { executions: 5, tolerance: 0.02 }, ...options },
    {
      machines,
      rates,
      target: { alarms: { names: ["failed", "slow"], cloudWatch } } as unknown as ReleaseTarget,
      say: (event) => {
        events.push(event);
        world.onEvent?.(event);
      },
    },
  );
}

/** Takes the first of a list; the last one stays. */
function next<Value>(list: Value[]): Value {
  return (list.length > 1 ? list.shift() : list[0]) as Value;
}

const kinds = () => events.map(({ event }) => event);

describe("a roll", () => {
  it("moves all workflows in steps and keeps the former release", async () => {
    expect(await release()).toBe("released");
    expect(events.flatMap((event) => (event.event === "traffic" ? event.weight : []))).toEqual([10, 100]);
    expect([main.weights, now.weights]).toEqual([{ 2: 100 }, { 2: 100 }]);
    expect(main.versionArns).toHaveLength(2);
  });

  it("deletes a release that was published in between, so that nobody goes back to it", async () => {
    [main, now] = [new FakeMachine("deep-learning-workflow", 3), new FakeMachine("classify-now", 3)];
    expect(await release()).toBe("released");
    expect([main.weights, now.weights]).toEqual([{ 3: 100 }, { 3: 100 }]);
    expect(main.versionArns.map((version) => version.at(-1))).toEqual(["3", "1"]);
  });

  it("waits for enough executions before it goes on", async () => {
    const waits = () => kinds().filter((kind) => kind === "waiting").length;
    const newer = () => ({ ...fine, executions: 3 + waits() });
    expect(await release({}, { newer })).toBe("released");
    expect(kinds()).toEqual([
      "traffic",
      "watched",
      "waiting",
      "watched",
      "waiting",
      "watched",
      "traffic",
      "watched",
      "released",
    ]);
    expect(events).toContainEqual({ event: "waiting", executions: 4, needed: 5 });
  });

  it("leaves traffic where it is if too few executions end in six more periods", async () => {
    expect(await release({}, { newer: () => ({ ...fine, executions: 4 }) })).toBe("too few executions");
    expect(kinds().filter((kind) => kind === "waiting")).toHaveLength(7);
    expect([main.weights, now.weights]).toEqual([
      { 1: 90, 2: 10 },
      { 1: 90, 2: 10 },
    ]);
    expect(main.versionArns).toHaveLength(2);
  });

  it("takes all traffic back and deletes the new versions where images fail", async () => {
    expect(await release({}, { newer: () => ({ ...fine, failedImages: 10 }) })).toBe("returned");
    expect(events.at(-1)).toMatchObject({ event: "returned", release: "r1", why: expect.stringContaining("10 of 50") });
    expect([main.weights, now.weights]).toEqual([{ 1: 100 }, { 1: 100 }]);
    expect([...main.versionArns, ...now.versionArns].filter((version) => version.endsWith(":2"))).toEqual([]);
  });

  it("takes all traffic back at a new alarm, and ignores one that was raised before", async () => {
    expect(await release({}, { alarms: [["slow"]] })).toBe("released");
    main.share(0);
    now.share(0);
    expect(await release({}, { alarms: [["slow"], ["slow", "failed"]] })).toBe("returned");
    expect(events.at(-1)).toMatchObject({ why: "the alarm failed was raised" });
    expect(main.weights).toEqual({ 1: 100 });
  });

  it("takes all traffic back at an alarm that has ended and is raised again", async () => {
    expect(await release({}, { alarms: [["slow"], [], ["slow"]] })).toBe("returned");
    expect(events.at(-1)).toMatchObject({ why: "the alarm slow was raised" });
  });

  it("goes on from the step at which it was killed, even between two workflows", async () => {
    main.share(50);
    now.share(10);
    expect(await release({ steps: [10, 50, 100] })).toBe("released");
    expect(events.flatMap((event) => (event.event === "traffic" ? event.weight : []))).toEqual([10, 50, 100]);
    expect([main.weights, now.weights]).toEqual([{ 2: 100 }, { 2: 100 }]);
  });

  it("leaves routes alone that somebody has changed meanwhile", async () => {
    const onEvent = ({ event }: RollEvent) => event === "watched" && main.share(0);
    expect(await release({}, { onEvent })).toBe("changed by somebody else");
    expect([main.weights, now.weights]).toEqual([{ 1: 100 }, { 1: 90, 2: 10 }]);
  });

  it("moves the workflows back that had moved when another one could not", async () => {
    now.refuses = true;
    await expect(release()).rejects.toThrow("refused");
    expect([main.weights, now.weights]).toEqual([{ 1: 100 }, { 1: 100 }]);
  });

  it("moves a workflow back to its own former share when a command before was killed between two workflows", async () => {
    main.share(10);
    now.share(50);
    now.refuses = true;
    await expect(release({ steps: [10, 20, 50, 100] })).rejects.toThrow("refused");
    expect([main.weights, now.weights]).toEqual([
      { 1: 90, 2: 10 },
      { 1: 50, 2: 50 },
    ]);
  });
});
