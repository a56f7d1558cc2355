import { canonical, isSame } from "../../lib/canonical.ts";
import { catchesOf, edgesOf, ownOf, retriesOf, type State, type Workflow } from "./states.ts";

/**
 * Finds states that were renamed: the base's state does not exist at the head, the head's state did not exist at the
 * base, and both do the same work in the same position.
 */
export function renamesOf(before: Workflow, after: Workflow): ReadonlyMap<string, string> {
  const removed = [...before.states.values()].filter(({ name }) => !after.states.has(name));
  const added = [...after.states.values()].filter(({ name }) => !before.states.has(name));
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  const candidates = removed.flatMap((old) =>
    added
      .filter((now) => isSame(workOf(old), workOf(now)))
      .map((now) => ({ old, now, score: likeness(before, old, after, now) })),
  );
  for (const { old, now } of candidates.sort((a, b) => b.score - a.score)) {
    if (renames.has(old.name) || taken.has(now.name)) continue;
    renames.set(old.name, now.name);
    taken.add(now.name);
  }
  return renames;
}

/** What a state does, regardless of its name and its transitions. */
function workOf({ body }: State): unknown {
  return canonical({
    own: ownOf(body),
    retries: retriesOf(body),
    catches: catchesOf(body).map(({ error, result }) => ({ error, result })),
  });
}

/** How many surroundings two states share: their container, and their incoming and outgoing transitions. */
function likeness(before: Workflow, old: State, after: Workflow, now: State): number {
  const surroundings = (workflow: Workflow, state: State): ReadonlySet<string> =>
    new Set([
      `in ${state.within}`,
      ...edgesOf(state).map(({ to }) => `to ${to}`),
      ...[...workflow.states.values()]
        .filter((each) => edgesOf(each).some(({ to }) => to === state.name))
        .map(({ name }) => `from ${name}`),
      ...[...workflow.starts].filter(([, start]) => start === state.name).map(([within]) => `start of ${within}`),
    ]);
  const known = surroundings(before, old);
  return [...surroundings(after, now)].filter((each) => known.has(each)).length;
}
