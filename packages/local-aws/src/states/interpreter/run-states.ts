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

/**
 * Runs the states of a machine, a branch or an iteration from `StartAt` to the end, and returns the output of the last
 * one.
 */
export async function runStates(
  scope: StatesScope,
  input: Json,
  run: Run,
  branch: Branch,
  mapContext?: JsonObject,
  inputText?: string,
): Promise<Outcome> {
  let outcome: Outcome = { output: input, next: scope.StartAt, text: inputText };
  while (outcome.next !== undefined) {
    const name: string = outcome.next;
    const state = Object.hasOwn(scope.States, name) ? scope.States[name] : undefined;
    if (state === undefined) throw new ExecutionError("States.Runtime", `There is no state '${name}'.`);
    outcome = await runState(name, state, outcome, run, branch, mapContext);
  }
  return outcome;
}

async function runState(
  name: string,
  state: State,
  given: Pick<Outcome, "output" | "text">,
  run: Run,
  branch: Branch,
  mapContext: JsonObject | undefined,
): Promise<Outcome> {
  const input = given.output;
  const text = given.text ?? payloadText(input, name);
  branch.activeType = state.Type;
  const entered = await branch.record(`${state.Type}StateEntered`, { name, ...inputDetails(text) });
  const frame = new Frame(run, branch, name, state.Type, entered, mapContext);
  try {
    const outcome = await perform(state, frame, input, text);
    const output = outcome.text ?? textOf(outcome.output, input, text, name);
    const { assigned } = outcome;
    await branch.record(`${state.Type}StateExited`, { name, ...outputDetails(output), ...assignedDetails(assigned) });
    if (assigned !== undefined) branch.variables = { ...branch.variables, ...assigned };
    branch.activeType = undefined;
    return { output: outcome.output, next: outcome.next, text: output };
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    const location = `An error occurred while executing the state '${name}' (entered at the event id #${entered.id}).`;
    throw new ExecutionError("States.Runtime", `${location} ${error.message}`, { cause: error });
  }
}

/** Returns the text of an output. A number passed on from the input keeps its notation, such as `0.0`. */
function textOf(output: Json, input: Json, inputText: string, name: string): string {
  return typeof output === "number" && output === input ? inputText : payloadText(output, name);
}

/** Formats the assigned variables for the event of the state's end, each as JSON text. */
function assignedDetails(assigned: JsonObject | undefined) {
  if (assigned === undefined || Object.keys(assigned).length === 0) return {};
  const assignedVariables = Object.fromEntries(
    Object.entries(assigned).map(([variable, value]) => [variable, payloadText(value, variable)]),
  );
  return { assignedVariables, assignedVariablesDetails: { truncated: false } };
}

function perform(state: State, frame: Frame, input: Json, text: string): Promise<Outcome> | Outcome {
  switch (state.Type) {
    case "Task":
      return runTask(state, frame, input, text);
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
      return runParallel(state, frame, input, async (scope, branch, data) => {
        return (await runStates(scope, data, frame.run, branch, frame.mapContext)).output;
      });
    case "Map":
      if (isDistributed(state)) return runDistributedMap(state, frame, input);
      return runMap(state, frame, input, async (scope, branch, data, mapContext) => {
        return (await runStates(scope, data, frame.run, branch, mapContext)).output;
      });
  }
}
