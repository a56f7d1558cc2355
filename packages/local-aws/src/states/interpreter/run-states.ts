import { isDistributed, type State, type StatesScope } from "../asl/definition.ts";
import { type Json, type JsonObject, payloadText } from "../data/json.ts";
import { inputDetails, outputDetails } from "../history/event.ts";
import type { Branch } from "./branch.ts";
import { ExecutionError, RuntimeFailure } from "./error.ts";
import { Frame, type Outcome, type Run } from "./frame.ts";
import { runChoice } from "./states/choice.ts";
import { runDistributedMap } from "./states/distributed-map.ts";
import { runFail } from "./states/fail.ts";
import { runMap } from "./states/map.ts";
import { runParallel } from "./states/parallel.ts";
import { runPass } from "./states/pass.ts";
import { runSucceed } from "./states/succeed.ts";
import { runTask } from "./states/task.ts";
import { runWait } from "./states/wait.ts";

/** Runs the states of a machine, a branch or an iteration from `StartAt` to the end, and gives the last one's output. */
export async function runStates(
  scope: StatesScope,
  input: Json,
  run: Run,
  branch: Branch,
  mapContext?: JsonObject,
): Promise<Json> {
  let outcome: Outcome = { output: input, next: scope.StartAt };
  while (outcome.next !== undefined) {
    const name: string = outcome.next;
    const state = Object.hasOwn(scope.States, name) ? scope.States[name] : undefined;
    if (state === undefined) throw new ExecutionError("States.Runtime", `There is no state '${name}'.`);
    outcome = await runState(name, state, outcome.output, run, branch, mapContext);
  }
  return outcome.output;
}

async function runState(
  name: string,
  state: State,
  input: Json,
  run: Run,
  branch: Branch,
  mapContext: JsonObject | undefined,
): Promise<Outcome> {
  const text = payloadText(input, `The state '${name}' was given an input`);
  branch.activeType = state.Type;
  const entered = await branch.record(`${state.Type}StateEntered`, { name, ...inputDetails(text) });
  const frame = new Frame(run, branch, name, entered, mapContext);
  try {
    const outcome = await perform(state, frame, input);
    const output = payloadText(outcome.output, `The state '${name}' returned an output`);
    await branch.record(`${state.Type}StateExited`, { name, ...outputDetails(output) });
    branch.activeType = undefined;
    return outcome;
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    const place = `An error occurred while executing the state '${name}' (entered at the event id #${entered.id}).`;
    throw new ExecutionError("States.Runtime", `${place} ${error.message}`, { cause: error });
  }
}

function perform(state: State, frame: Frame, input: Json): Promise<Outcome> | Outcome {
  switch (state.Type) {
    case "Task":
      return runTask(state, frame, input);
    case "Pass":
      return runPass(state, frame, input);
    case "Choice":
      return runChoice(state, frame, input);
    case "Wait":
      return runWait(state, frame, input);
    case "Succeed":
      return runSucceed(state, frame, input);
    case "Fail":
      return runFail(state, frame, input);
    case "Parallel":
      return runParallel(state, frame, input, (scope, branch, data) =>
        runStates(scope, data, frame.run, branch, frame.mapContext),
      );
    case "Map":
      if (isDistributed(state)) return runDistributedMap(state, frame, input);
      return runMap(state, frame, input, (scope, branch, data, mapContext) =>
        runStates(scope, data, frame.run, branch, mapContext),
      );
  }
}
