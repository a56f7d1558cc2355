import { statesLimits } from "../../../limits.ts";
import { itemProcessor, type MapState, type StatesScope } from "../../asl/definition.ts";
import { selectInput, stateOutput } from "../../data/flow.ts";
import type { Json, JsonObject } from "../../data/json.ts";
import { read, type Scope } from "../../data/path.ts";
import type { Branch } from "../branch.ts";
import { RuntimeFailure } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { runGroup } from "../group.ts";
import { itemsOf, selectItem } from "../map-items.ts";
import { recover } from "../recovery.ts";
import { recordFailure } from "./record-failure.ts";

type RunIteration = (scope: StatesScope, branch: Branch, data: Json, mapContext: JsonObject) => Promise<Json>;

/** An inline Map: its iterations are branches of this execution. */
export function runMap(state: MapState, frame: Frame, input: Json, runIteration: RunIteration): Promise<Outcome> {
  const { branch, name } = frame;
  return recover(state, frame, input, async () => {
    const scope = frame.scope(selectInput(state, frame.scope(input)));
    const items = itemsOf(state, scope);
    const concurrency = concurrencyOf(state, scope);
    const started = await branch.record("MapStateStarted", { length: items.length });
    const results = await recordFailure(branch, "MapStateFailed", () =>
      runGroup(branch, {
        count: items.length,
        concurrency,
        key: (index) => `${started.id}.${index}`,
        run: async (child, index) => {
          await child.record("MapIterationStarted", { name, index });
          const mapContext = { Item: { Index: index, Value: items[index] ?? null } };
          const data = selectItem(state, frame, scope.data, mapContext);
          const output = await runIteration(itemProcessor(state), child, data, mapContext);
          await child.record("MapIterationSucceeded", { name, index });
          return output;
        },
        failed: (child, index) => child.record("MapIterationFailed", { name, index }),
        aborted: (parent, index) => parent.record("MapIterationAborted", { name, index }),
      }),
    );
    await branch.record("MapStateSucceeded");
    return stateOutput(withoutSelector(state), frame.scope(input), results, frame.random);
  });
}

/** Zero means no limit of the state's own; an inline Map then still runs 40 at once. */
function concurrencyOf(state: MapState, scope: Scope): number {
  const { MaxConcurrencyPath: path } = state;
  const declared = path === undefined ? (state.MaxConcurrency ?? 0) : read(path, scope, "MaxConcurrencyPath");
  if (typeof declared !== "number" || !Number.isInteger(declared) || declared < 0) {
    throw new RuntimeFailure(`MaxConcurrency must be a non-negative integer, not ${JSON.stringify(declared)}.`);
  }
  return Math.min(declared || Infinity, statesLimits.inlineMapConcurrency);
}

/** Parameters of a Map are its item selector under an older name: they shape no input here. */
export function withoutSelector(state: MapState): Omit<MapState, "Parameters"> {
  const { Parameters: _, ...fields } = state;
  return fields;
}
