import { isDeepStrictEqual } from "node:util";
import type { StateMachineAliasResource } from "../../graph.ts";
import { type Alias, type MachineRecord, type Route, versionArn } from "./machine.ts";

/** The version that an execution takes, by the weights of an alias's routes; 0 as the random number gives the heaviest one. */
export function pickRoute(routes: readonly Route[], random: () => number): string {
  const heaviest = routes.toSorted((left, right) => right.weight - left.weight);
  let left = random() * 100;
  for (const { stateMachineVersionArn, weight } of heaviest) {
    if (left < weight) return stateMachineVersionArn;
    left -= weight;
  }
  return heaviest[0]?.stateMachineVersionArn ?? "";
}

/**
 * The record with the aliases that the program declares. Declared routes are applied when the alias is new, when they changed,
 * and when the alias still sent everything to the version that was the newest before: a release in progress stays as it is.
 * Where the program leaves the routes to others, they are applied only when the alias is new.
 */
export function declaredAliases(
  record: MachineRecord,
  declared: readonly StateMachineAliasResource[],
  newestBefore: number | undefined,
  now: number,
): MachineRecord {
  const names = new Set(declared.map(({ name }) => name));
  const others = record.aliases.filter(({ name, declared: routes }) => routes === undefined && !names.has(name));
  const aliases = declared.map((alias): Alias => {
    const known = record.aliases.find(({ name }) => name === alias.name);
    const routes = alias.routes.map((route) => resolved(record, route));
    const { description } = alias;
    const about = { name: alias.name, declared: alias.routes, ...(description === undefined ? {} : { description }) };
    if (known === undefined) return { ...about, routes, createdAt: now, updatedAt: now };
    const follows =
      known.routes.length === 1 && known.routes[0]?.stateMachineVersionArn === newestArn(record, newestBefore);
    const apply = !alias.keepsRoutes && (follows || !isDeepStrictEqual(known.declared, alias.routes));
    const next = apply ? routes : known.routes;
    const updatedAt = isDeepStrictEqual(next, known.routes) ? known.updatedAt : now;
    return { ...about, routes: next, createdAt: known.createdAt, updatedAt };
  });
  return { ...record, aliases: [...others, ...aliases] };
}

function newestArn(record: MachineRecord, number: number | undefined): string | undefined {
  return number === undefined ? undefined : versionArn(record.arn, number);
}

/** The version number 0 means the version that was published last. */
function resolved(record: MachineRecord, route: Route): Route {
  const newest = record.versions.at(-1);
  if (newest === undefined || route.stateMachineVersionArn !== versionArn(record.arn, 0)) return route;
  return { stateMachineVersionArn: versionArn(record.arn, newest.number), weight: route.weight };
}
