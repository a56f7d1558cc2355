import { CommandFailure, exitCodes } from "../failure.ts";
import type { Machine, Route } from "./machine.ts";
import { numberOf } from "./machine.ts";

/** A release: its id, and its version of each workflow. */
export interface Release {
  readonly id: string;
  /** The release's version of each workflow, by workflow name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The routes of a stack's traffic, and its published releases. */
export interface Situation {
  /** The release that gets the traffic. While another release is in progress, the older of the two. */
  readonly current: Release;
  /** The release that gets traffic step by step; undefined if all traffic goes to the newest release. */
  readonly candidate: Release | undefined;
  /** Share of the candidate, in per cent. */
  readonly weight: number;
  /** A third release, published while the candidate is in progress. */
  readonly waiting: Release | undefined;
}

export type Machines = Readonly<Record<string, Machine>>;

/**
 * Reads the routes. The newer of two routed versions is the candidate; with one route it is the newest version.
 * @throws CommandFailure if the workflows of the stack are at different releases
 */
export async function situationOf(machines: Machines): Promise<Situation> {
  const each = await Promise.all(Object.entries(machines).map(([name, machine]) => ofMachine(name, machine)));
  const current = releaseOf(each.map(({ name, current: part }) => ({ name, ...part })));
  const routed = each.filter(({ candidate }) => candidate !== undefined);
  const candidate = releaseOf(routed.map(({ name, candidate: part }) => ({ name, ...(part as Part) })));
  const waiting = releaseOf(each.flatMap(({ name, waiting: part }) => (part === undefined ? [] : [{ name, ...part }])));
  if (current === undefined) throw contradiction("no workflow has a version that takes traffic");
  const weight = Math.max(0, ...each.map((part) => part.weight));
  return { current, candidate, weight, waiting };
}

interface Part {
  readonly id: string;
  readonly version: string;
}

async function ofMachine(name: string, machine: Machine) {
  const [routes, [newest]] = await Promise.all([machine.routes(), machine.versions()]);
  const [older, newer] = routes;
  if (older === undefined || newest === undefined) throw contradiction(`"${name}" has no version that takes traffic`);
  const part = async (version: string): Promise<Part> => ({
    version,
    id: (await machine.releaseOf(version)) ?? `version ${numberOf(version)}`,
  });
  const next = newer?.version ?? (newest === older.version ? undefined : newest);
  // After traffic was taken back to an older version, the newest version may still exist. It is not offered again
  // unless the user names it.
  const isNewer = next !== undefined && numberOf(next) > numberOf(older.version);
  return {
    name,
    current: await part(older.version),
    candidate: isNewer ? await part(next) : undefined,
    weight: newer?.weight ?? 0,
    waiting: newer !== undefined && newest !== newer.version ? await part(newest) : undefined,
  };
}

/** @throws CommandFailure if the versions belong to different releases */
function releaseOf(parts: readonly (Part & { readonly name: string })[]): Release | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const other = parts.find(({ id }) => id !== first.id);
  if (other !== undefined) {
    throw contradiction(
      `"${first.name}" is at release ${first.id} and "${other.name}" at ${other.id}; is an update of the stack in progress?`,
    );
  }
  return { id: first.id, versions: Object.fromEntries(parts.map(({ name, version }) => [name, version])) };
}

function contradiction(what: string): CommandFailure {
  return new CommandFailure(
    exitCodes.endpointRefused,
    `The workflows of the stack are at different releases: ${what}. Run pulumi up again, then this command.`,
  );
}

/** The routes of one workflow for a release's share of traffic. */
export function routesOf(name: string, { current, candidate }: Situation, weight: number): readonly Route[] {
  const [older, newer] = [current.versions[name], candidate?.versions[name]];
  if (older === undefined) return [];
  if (newer === undefined) return [{ version: older, weight: 100 }];
  return [
    { version: older, weight: 100 - weight },
    { version: newer, weight },
  ];
}
