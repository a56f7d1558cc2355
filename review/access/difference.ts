import { groupBy } from "../../lib/group-by.ts";
import type { Grant, Say } from "./grant.ts";
import { includes } from "./pattern.ts";

/** Grants that differ only in their resources and actions. */
export interface Group {
  readonly principal: string;
  readonly condition: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly grants: readonly Grant[];
}

/** The grants that no grant of the other side includes, in groups. */
export function uncovered(grants: readonly Grant[], by: readonly Grant[]): readonly Group[] {
  const others = groupBy(by, ({ action }) => action);
  const left = grants.filter((grant) => !(others.get(grant.action) ?? []).some((other) => covers(other, grant)));
  return grouped(left);
}

const covers = (outer: Grant, inner: Grant): boolean =>
  (outer.principal === "*" || outer.principal === inner.principal) &&
  (outer.condition === "" || outer.condition === inner.condition) &&
  includes(outer.resource, inner.resource);

/**
 * The grants without an identical grant on the other side, in groups. Used for denials, whose effect only the simulator
 * can determine.
 */
export function absent(grants: readonly Grant[], from: readonly Grant[]): readonly Group[] {
  const known = new Set(from.map(keyOf));
  return grouped(grants.filter((grant) => !known.has(keyOf(grant))));
}

const keyOf = ({ principal, action, resource, condition }: Grant): string =>
  [principal, action, resource, condition].join("\0");

function grouped(grants: readonly Grant[]): readonly Group[] {
  const byResource = groupBy(grants, ({ principal, condition, resource }) =>
    [principal, condition, resource].join("\0"),
  );
  const withActions = [...byResource.values()].map((each) => ({
    each,
    actions: [...new Set(each.map(({ action }) => action))].sort(),
  }));
  const alike = groupBy(withActions, ({ each: [first], actions }) =>
    [first?.principal, first?.condition, ...actions].join("\0"),
  );
  return [...alike.values()].map((groups): Group => {
    const all = groups.flatMap(({ each }) => each);
    const [first] = all;
    return {
      principal: first?.principal ?? "",
      condition: first?.condition ?? "",
      actions: groups[0]?.actions ?? [],
      resources: [...new Set(all.map(({ resource }) => resource))].sort(),
      grants: all,
    };
  });
}

/**
 * Whether the other side has the same grant with a different condition. In that case it cannot be determined which
 * requests are affected.
 */
export const hasOtherCondition = (group: Group, { allows }: Pick<Say, "allows">): boolean =>
  group.condition !== "" &&
  allows.some(
    (other) =>
      other.condition !== "" &&
      other.condition !== group.condition &&
      other.principal === group.principal &&
      group.actions.includes(other.action) &&
      group.resources.some((resource) => includes(other.resource, resource) || includes(resource, other.resource)),
  );
