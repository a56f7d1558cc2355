import { statesLimits } from "../../../limits.ts";
import { itemProcessor, type MapState, type StatesScope } from "../../asl/definition.ts";
import type { Json, JsonObject } from "../../data/json.ts";
import type { Branch } from "../branch.ts";
import type { Frame, Outcome } from "../frame.ts";
import { runGroup } from "../group.ts";
import type { Query } from "../query/query.ts";
import { queryOf } from "../query/query-of.ts";
import { recover } from "../recovery.ts";
import { GroupEnd } from "./group-end.ts";

type RunIteration = (scope: StatesScope, branch: Branch, data: Json, mapContext: JsonObject) => Promise<Json>;

/** Runs an inline Map, whose iterations are branches of this execution. */
export function runMap(state: MapState, frame: Frame, input: Json, runIteration: RunIteration): Promise<Outcome> {
  const { branch, name } = frame;
  const end = new GroupEnd(branch, "MapState");
  const query = queryOf(state, frame, input);
  const work = async () => {
    const { items, concurrency } = await end.begin(async () => {
      const list = await query.items();
      return { items: list, concurrency: await concurrencyOf(state, query) };
    });
    const started = await branch.record("MapStateStarted", { length: items.length });
    const results = await end.run(() =>
      runGroup(branch, {
        count: items.length,
        concurrency,
        key: (index) => `${started.id}.${index}`,
        run: async (child, index) => {
          await child.record("MapIterationStarted", { name, index });
          const mapContext = { Item: { Index: index, Value: items[index] ?? null } };
          const data = await query.item({ index, context: mapContext, branch: child });
          return runIteration(itemProcessor(state), child, data, mapContext);
        },
        succeeded: (child, index) => child.record("MapIterationSucceeded", { name, index }),
        failed: (child, index) => child.record("MapIterationFailed", { name, index }),
        aborted: (parent, index) => parent.record("MapIterationAborted", { name, index }),
      }),
    );
    return query.output(results);
  };
  return recover(state, frame, query, work, () => end.lost());
}

/** Zero means that the state sets no limit; an inline Map then still runs at most 40 iterations at once. */
async function concurrencyOf({ MaxConcurrency, MaxConcurrencyPath }: MapState, query: Query): Promise<number> {
  const declared = await query.number({ declared: MaxConcurrency, path: MaxConcurrencyPath, field: "MaxConcurrency" });
  return Math.min(declared || Infinity, statesLimits.inlineMapConcurrency);
}
