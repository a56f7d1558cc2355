import type { WaitState } from "../../asl/definition.ts";
import { selectInput, selectOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import { find, type Scope } from "../../data/path.ts";
import { timestampOf } from "../../data/timestamp.ts";
import { RuntimeFailure } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";

export async function runWait(state: WaitState, frame: Frame, input: Json): Promise<Outcome> {
  const { branch, run } = frame;
  const data = selectInput(state, frame.scope(input));
  const until = endOf(state, frame.scope(data), frame.enteredAt);
  if (branch.upcoming() === undefined) {
    await branch.live();
    await run.clock.sleep(until - run.clock.now(), branch.signal);
  }
  return { output: selectOutput(state, frame.scope(data)), next: state.Next };
}

/** The longest wait, in seconds: AWS refuses more than eight digits. */
const longest = 99_999_999;

function endOf(state: WaitState, scope: Scope, enteredAt: number): number {
  if (state.Seconds !== undefined) return enteredAt + state.Seconds * 1_000;
  if (state.SecondsPath !== undefined) {
    const seconds = referenced(state.SecondsPath, "SecondsPath", scope);
    if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < 0 || seconds > longest) {
      throw new RuntimeFailure(
        `The SecondsPath parameter has to reference a whole number from 0 to ${longest}: ${state.SecondsPath} == ${JSON.stringify(seconds)}`,
      );
    }
    return enteredAt + seconds * 1_000;
  }
  if (state.Timestamp !== undefined) return timestampOf(state.Timestamp) ?? invalid("Timestamp", state.Timestamp);
  if (state.TimestampPath === undefined) throw new RuntimeFailure("The Wait state names no time.");
  const timestamp = referenced(state.TimestampPath, "TimestampPath", scope);
  return timestampOf(timestamp) ?? invalid("TimestampPath", JSON.stringify(timestamp));
}

function referenced(path: string, field: string, scope: Scope): Json {
  const value = find(path, scope);
  if (value !== undefined) return value;
  throw new RuntimeFailure(`The ${field} parameter does not reference an input value: ${path}`);
}

function invalid(field: string, value: string): never {
  throw new RuntimeFailure(`The ${field} parameter does not give a valid ISO-8601 timestamp: ${value}`);
}
