import type { ParallelState, StatesScope } from "../../asl/definition.ts";
import { effectiveInput, stateOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import type { Branch } from "../branch.ts";
import type { Frame, Outcome } from "../frame.ts";
import { runGroup } from "../group.ts";
import { recover } from "../recovery.ts";
import { GroupEnd } from "./group-end.ts";

export function runParallel(
  state: ParallelState,
  frame: Frame,
  input: Json,
  runBranch: (scope: StatesScope, branch: Branch, data: Json) => Promise<Json>,
): Promise<Outcome> {
  const { branch } = frame;
  const end = new GroupEnd(branch, "ParallelState");
  const work = async () => {
    const scope = frame.scope(input);
    const data = effectiveInput(state, scope, frame.random);
    const started = await branch.record("ParallelStateStarted");
    const results = await end.run(() =>
      runGroup(branch, {
        count: state.Branches.length,
        concurrency: state.Branches.length,
        key: (index) => `${started.id}.${index}`,
        run: (child, index) => runBranch(state.Branches[index] as StatesScope, child, data),
      }),
    );
    return stateOutput(state, scope, results, frame.random);
  };
  return recover(state, frame, input, work, () => end.lost());
}
