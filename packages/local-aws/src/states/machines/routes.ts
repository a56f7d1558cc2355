import { isDeepStrictEqual } from "node:util";
import type { StateMachineAliasResource } from "../../graph.ts";
import { type Alias, type MachineRecord, type Route, versionArn } from "./machine.ts";

/**
 * Selects the version for an execution by the weights of an alias's routes. The random number 0 selects the version
 * with the largest weight.
 */
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
 * Returns the record with the aliases that the program declares. Declared routes are applied if the alias is new, if
 * they have changed, or if the alias still sends everything to the version that was previously the newest; this way a
 * gradual release in progress is not changed. If the program does not manage the routes, they are applied only if the
 * alias is new.
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

/** Replaces version number 0 by the version that was published last. */
function resolved(record: MachineRecord, route: Route): Route {
  const newest = record.versions.at(-1);
  if (newest === undefined || route.stateMachineVersionArn !== versionArn(record.arn, 0)) return route;
  return { stateMachineVersionArn: versionArn(record.arn, newest.number), weight: route.weight };
}
