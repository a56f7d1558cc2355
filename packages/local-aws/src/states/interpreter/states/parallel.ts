import type { ParallelState, StatesScope } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import type { Branch } from "../branch.ts";
import type { Frame, Outcome } from "../frame.ts";
import { runGroup } from "../group.ts";
import { queryOf } from "../query/query-of.ts";
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
  const query = queryOf(state, frame, input);
  const work = async () => {
    const data = await end.begin(() => query.input());
    const started = await branch.record("ParallelStateStarted");
    const results = await end.run(() =>
      runGroup(branch, {
        count: state.Branches.length,
        concurrency: state.Branches.length,
        key: (index) => `${started.id}.${index}`,
        run: (child, index) => runBranch(state.Branches[index] as StatesScope, child, data),
        // Like AWS, also records TaskStateAborted for the task that failed.
        failed: async (child) => (child.activeType === "Task" ? child.record("TaskStateAborted") : undefined),
      }),
    );
    return query.output(results);
  };
  return recover(state, frame, query, work, () => end.lost());
}
