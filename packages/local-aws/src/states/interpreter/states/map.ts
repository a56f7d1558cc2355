import { statesLimits } from "../../../limits.ts";
import { itemProcessor, type MapState, type StatesScope } from "../../asl/definition.ts";
import { selectInput, stateOutput } from "../../data/flow.ts";
import type { Json, JsonObject } from "../../data/json.ts";
import type { Scope } from "../../data/path.ts";
import type { Branch } from "../branch.ts";
import type { Frame, Outcome } from "../frame.ts";
import { runGroup } from "../group.ts";
import { itemsOf, selectItem } from "../map/map-items.ts";
import { numberOf } from "../map/map-run-settings.ts";
import { recover } from "../recovery.ts";
import { GroupEnd } from "./group-end.ts";

type RunIteration = (scope: StatesScope, branch: Branch, data: Json, mapContext: JsonObject) => Promise<Json>;

/** An inline Map: its iterations are branches of this execution. */
export function runMap(state: MapState, frame: Frame, input: Json, runIteration: RunIteration): Promise<Outcome> {
  const { branch, name } = frame;
  const end = new GroupEnd(branch, "MapState");
  const work = async () => {
    const scope = frame.scope(selectInput(state, frame.scope(input)));
    const items = itemsOf(state, scope);
    const concurrency = concurrencyOf(state, scope);
    const started = await branch.record("MapStateStarted", { length: items.length });
    const results = await end.run(() =>
      runGroup(branch, {
        count: items.length,
        concurrency,
        key: (index) => `${started.id}.${index}`,
        run: async (child, index) => {
          await child.record("MapIterationStarted", { name, index });
          const mapContext = { Item: { Index: index, Value: items[index] ?? null } };
          const data = selectItem(state, frame, scope.data, mapContext);
          return runIteration(itemProcessor(state), child, data, mapContext);
        },
        succeeded: (child, index) => child.record("MapIterationSucceeded", { name, index }),
        failed: (child, index) => child.record("MapIterationFailed", { name, index }),
        aborted: (parent, index) => parent.record("MapIterationAborted", { name, index }),
      }),
    );
    return stateOutput(withoutSelector(state), frame.scope(input), results, frame.random);
  };
  return recover(state, frame, input, work, () => end.lost());
}

/** Zero means no limit of the state's own; an inline Map then still runs 40 at once. */
function concurrencyOf(state: MapState, scope: Scope): number {
  const declared = numberOf(state.MaxConcurrency, state.MaxConcurrencyPath, "MaxConcurrency", scope);
  return Math.min(declared || Infinity, statesLimits.inlineMapConcurrency);
}

/** Parameters of a Map are its item selector under an older name: they shape no input here. */
export function withoutSelector(state: MapState): Omit<MapState, "Parameters"> {
  const { Parameters: _, ...fields } = state;
  return fields;
}
