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
  /** Workflows that have no version of the candidate: `pulumi up` runs or has failed, or the candidate is half deleted. */
  readonly incomplete: readonly string[];
  /** Share of the candidate, in per cent. */
  readonly weight: number;
  /** Smaller than `weight` if a command was killed after it had moved some of the workflows. */
  readonly leastWeight: number;
  /** A third release, published while the candidate is in progress. */
  readonly waiting: Release | undefined;
}

export type Machines = Readonly<Record<string, Machine>>;

/**
 * Reads the routes. The newer of two routed versions is the candidate; with one route it is the newest version. Workflows
 * are moved one after another, so a command that was killed may have left some of them one move behind.
 * @throws CommandFailure if the workflows of the stack are at different releases
 */
export async function situationOf(machines: Machines): Promise<Situation> {
  const all = await Promise.all(Object.entries(machines).map(([name, machine]) => readMachine(name, machine)));
  const { id, parts } = await currentOf(all);
  const each = all.map((read, at) => partsOf(read, parts[at] ?? read.routes[0]));
  const candidate = releaseOf(each.flatMap(({ name, next }) => (next === undefined ? [] : [{ name, ...next }])));
  return {
    current: { id, versions: Object.fromEntries(each.map(({ name, current }) => [name, current.version])) },
    candidate,
    incomplete: candidate === undefined ? [] : each.flatMap(({ name, next }) => (next === undefined ? name : [])),
    weight: Math.max(...each.map(({ weight }) => weight)),
    leastWeight: Math.min(...each.map(({ weight }) => weight)),
    waiting: releaseOf(each.flatMap(({ name, waiting }) => (waiting === undefined ? [] : [{ name, ...waiting }]))),
  };
}

interface Part {
  readonly id: string;
  readonly version: string;
}

/** A workflow: its routes, older first, and its newest version. */
interface Read {
  readonly name: string;
  readonly routes: readonly [Part & Route, ...(Part & Route)[]];
  readonly newest: Part;
  /** Its version of a release, at most as new as the first route; undefined if it has none. */
  olderOf(id: string): Promise<Part | undefined>;
}

async function readMachine(name: string, machine: Machine): Promise<Read> {
  const [routed, versions] = await Promise.all([machine.routes(), machine.versions()]);
  const part = async (version: string): Promise<Part> => ({
    version,
    id: (await machine.releaseOf(version)) ?? `version ${numberOf(version)}`,
  });
  const [first, ...others] = await Promise.all(
    routed.map(async (route) => ({ ...route, ...(await part(route.version)) })),
  );
  const newest = versions[0];
  if (first === undefined || newest === undefined) {
    throw contradiction(`"${name}" has no version that takes traffic`);
  }
  return {
    name,
    routes: [first, ...others],
    newest: await part(newest),
    async olderOf(id) {
      if (first.id === id) return first;
      for (const version of versions.slice(versions.indexOf(first.version) + 1)) {
        const older = await part(version);
        if (older.id === id) return older;
      }
      return undefined;
    },
  };
}

/**
 * The release that all workflows had before the last move, with each workflow's version of it: each routes to it, or has
 * moved on from it completely.
 * @throws CommandFailure if there is no such release
 */
async function currentOf(all: readonly Read[]): Promise<{ readonly id: string; readonly parts: readonly Part[] }> {
  const firsts = [...new Set(all.map(({ routes: [{ id }] }) => id))];
  for (const id of firsts) {
    const found = await Promise.all(all.map((read) => read.olderOf(id)));
    const parts = found.filter((part) => part !== undefined);
    if (parts.length === all.length) return { id, parts };
  }
  const [one, ...rest] = all;
  const other = rest.find(({ routes: [{ id }] }) => id !== one?.routes[0].id);
  throw contradiction(
    `"${one?.name}" is at release ${one?.routes[0].id} and "${other?.name}" at ${other?.routes[0].id}; is an update of the stack in progress?`,
  );
}

/** What the workflow has of the current release, of the next one, and of one that waits for that. */
function partsOf({ name, routes, newest }: Read, current: Part) {
  const moved = routes.find(({ version }) => version !== current.version);
  // After traffic was taken back to an older version, the newest version may still exist. It is not offered again
  // unless the user names it.
  const isNewer = numberOf(newest.version) > numberOf(current.version);
  return {
    name,
    current,
    next: moved ?? (isNewer ? newest : undefined),
    weight: moved?.weight ?? 0,
    waiting: moved !== undefined && newest.version !== moved.version ? newest : undefined,
  };
}

/** @throws CommandFailure if the versions belong to different releases */
function releaseOf(parts: readonly (Part & { readonly name: string })[]): Release | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const other = parts.find(({ id }) => id !== first.id);
  if (other !== undefined) {
    throw contradiction(
      `"${first.name}" has release ${first.id} and "${other.name}" has ${other.id}; is an update of the stack in progress?`,
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
