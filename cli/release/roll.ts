import { setTimeout as sleep } from "node:timers/promises";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { classifyingWorkflows } from "../../contract/release.ts";
import { type GateRules, isEnough, objection } from "./gate.ts";
import { type Machine, numberOf, type Route } from "./machine.ts";
import type { RateReader, Rates } from "./rates.ts";
import { type Machines, routesOf, type Situation } from "./situation.ts";
import type { ReleaseTarget } from "./target.ts";

export interface RollOptions {
  /** Shares of the new release in per cent, ascending, 100 last. */
  readonly steps: readonly number[];
  readonly everyMs: number;
  readonly rules: GateRules;
  readonly signal?: AbortSignal;
}

/** Events of a release, for its output. */
export type RollEvent =
  | { readonly event: "traffic"; readonly release: string; readonly weight: number }
  | { readonly event: "watched"; readonly weight: number; readonly newer: Rates; readonly older: Rates }
  | { readonly event: "waiting"; readonly executions: number; readonly needed: number }
  | { readonly event: "returned"; readonly release: string; readonly why: string }
  | { readonly event: "released"; readonly release: string };

export interface RollSurroundings {
  readonly machines: Machines;
  readonly target: ReleaseTarget;
  readonly rates: RateReader;
  readonly say: (event: RollEvent) => void;
}

export type RollOutcome = "released" | "returned" | "too few executions" | "changed by somebody else";

/**
 * The workflow whose executions are compared. The Express workflow cannot be used, because its executions cannot be
 * listed.
 */
const watched = classifyingWorkflows.main;
/** Number of checks per step, so that a bad release is detected before its step ends. */
const looksPerStep = 20;
const shortestLookMs = 250;
/** Number of steps to wait for enough executions before the command gives up. */
const mostWaits = 6;

/**
 * Shifts traffic to the candidate step by step, from its current share. Between steps its executions are compared with
 * those of the previous release. If it is worse, all traffic goes back at once and its versions are deleted, so that a
 * later update of the stack does not silently restore it.
 */
export async function roll(
  situation: Situation & { readonly candidate: NonNullable<Situation["candidate"]> },
  options: RollOptions,
  surroundings: RollSurroundings,
): Promise<RollOutcome> {
  const { candidate } = situation;
  const alarms = new NewAlarms(await alarmsIn(surroundings.target));
  // An interrupted release repeats its current step, in case only some of the workflows were moved.
  const steps = options.steps.filter((weight) => weight >= situation.leastWeight);
  for (const [at, weight] of steps.entries()) {
    if (at > 0 && !(await isUntouched(situation, surroundings.machines))) return "changed by somebody else";
    await giveTraffic(situation, weight, surroundings.machines);
    situation = { ...situation, weight, leastWeight: weight, candidate };
    surroundings.say({ event: "traffic", release: candidate.id, weight });
    const verdict = await watch(situation, alarms, options, surroundings);
    if (verdict.kind === "few") return "too few executions";
    if (verdict.kind === "enough") continue;
    await takeBack(situation, surroundings.machines);
    surroundings.say({ event: "returned", release: situation.current.id, why: verdict.why });
    return "returned";
  }
  await deleteSkipped(situation, surroundings.machines);
  surroundings.say({ event: "released", release: candidate.id });
  return "released";
}

type Verdict = { readonly kind: "enough" } | { readonly kind: "few" } | { readonly kind: "bad"; readonly why: string };

async function watch(
  situation: Situation,
  alarms: NewAlarms,
  { everyMs, rules, signal }: RollOptions,
  { rates, say, target }: RollSurroundings,
): Promise<Verdict> {
  const since = new Date();
  const look = Math.max(shortestLookMs, everyMs / looksPerStep);
  for (let waits = 0; waits <= mostWaits; waits += 1) {
    const until = Date.now() + everyMs;
    let newer: Rates | undefined;
    // The clock is read once per look: a period that ended between two readings would not be reported.
    let over: boolean;
    do {
      await sleep(Math.min(look, Math.max(0, until - Date.now())), undefined, signal ? { signal } : {});
      const older = await rates.since(situation.current.versions[watched] ?? "", since);
      newer = await rates.since(situation.candidate?.versions[watched] ?? "", since);
      const why = objection(newer, older, rules) ?? alarms.objection(await alarmsIn(target));
      if (why !== undefined) return { kind: "bad", why };
      over = Date.now() >= until;
      if (over) say({ event: "watched", weight: situation.weight, newer, older });
    } while (!over);
    if (isEnough(newer, rules)) return { kind: "enough" };
    say({ event: "waiting", executions: newer.executions, needed: rules.executions });
  }
  return { kind: "few" };
}

/** Moves the workflows one after another. If one fails, those that have already moved get their former routes back. */
export async function giveTraffic(situation: Situation, weight: number, machines: Machines): Promise<void> {
  const moved: { readonly machine: Machine; readonly former: readonly Route[] }[] = [];
  try {
    for (const [name, machine] of Object.entries(machines)) {
      const former = await machine.routes();
      await machine.setRoutes(routesOf(name, situation, weight));
      moved.push({ machine, former });
    }
  } catch (error) {
    for (const { machine, former } of moved) await machine.setRoutes(former);
    throw error;
  }
}

/** Routes all traffic to the previous release, and deletes the candidate's versions. */
export async function takeBack(situation: Situation, machines: Machines): Promise<void> {
  await giveTraffic(situation, 0, machines);
  for (const [name, machine] of Object.entries(machines)) {
    const version = situation.candidate?.versions[name];
    if (version !== undefined) await machine.deleteVersion(version);
  }
}

/**
 * Deletes the versions between the two releases: they were published and superseded before they got traffic, so nobody
 * must go back to them.
 */
async function deleteSkipped({ current, candidate }: Situation, machines: Machines): Promise<void> {
  for (const [name, machine] of Object.entries(machines)) {
    const [from, to] = [current, candidate].map((release) => numberOf(release?.versions[name] ?? ""));
    if (from === undefined || to === undefined) continue;
    const skipped = (await machine.versions()).filter((version) => numberOf(version) > from && numberOf(version) < to);
    for (const version of skipped) await machine.deleteVersion(version);
  }
}

async function isUntouched(situation: Situation, machines: Machines): Promise<boolean> {
  for (const [name, machine] of Object.entries(machines)) {
    const expected = routesOf(name, situation, situation.weight).filter(({ weight }) => weight > 0);
    const found = await machine.routes();
    const text = (routes: typeof found) => routes.map(({ version, weight }) => `${numberOf(version)}=${weight}`).join();
    if (text(found) !== text(expected)) return false;
  }
  return true;
}

async function alarmsIn({ alarms }: ReleaseTarget): Promise<ReadonlySet<string>> {
  if (alarms === undefined || alarms.names.length === 0) return new Set();
  const { MetricAlarms = [] } = await alarms.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...alarms.names], StateValue: "ALARM", MaxRecords: 100 }),
  );
  return new Set(MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
}

/** Distinguishes alarms that are raised during a release from those that were raised before it. */
class NewAlarms {
  #before: ReadonlySet<string>;

  constructor(before: ReadonlySet<string>) {
    this.#before = before;
  }

  /** Why a release must not continue; undefined if it may. An alarm that has ended counts when it is raised again. */
  objection(raised: ReadonlySet<string>): string | undefined {
    const added = [...raised].filter((name) => !this.#before.has(name));
    this.#before = new Set([...this.#before].filter((name) => raised.has(name)));
    return added.length === 0 ? undefined : `the alarm ${added.join(", ")} was raised`;
  }
}
