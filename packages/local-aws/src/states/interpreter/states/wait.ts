import type { WaitState } from "../../asl/definition.ts";
import { assign, selectInput, selectOutput } from "../../data/flow.ts";
import { type Json, shown, wholeNumber } from "../../data/json.ts";
import { find, type Scope } from "../../data/path.ts";
import { timestampOf } from "../../data/timestamp.ts";
import { RuntimeFailure } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";

export async function runWait(state: WaitState, frame: Frame, input: Json): Promise<Outcome> {
  const { branch, run } = frame;
  const data = selectInput(state, frame.scope(input));
  const until = endOf(state, frame.scope(data), frame.enteredAt);
  if (until - frame.enteredAt > longest * 1_000) throw new RuntimeFailure("Wait state delay is too long.");
  if (branch.upcoming() === undefined) {
    await branch.live();
    await run.clock.sleep(until - run.clock.now(), branch.signal);
  }
  const scope = frame.scope(data);
  return { output: selectOutput(state, scope), ...assign(state.Assign, scope, frame.random), next: state.Next };
}

/** The longest wait, in seconds, as recordings of AWS show it. */
const longest = 2 ** 31 - 1;

function endOf(state: WaitState, scope: Scope, enteredAt: number): number {
  if (state.Seconds !== undefined) return enteredAt + state.Seconds * 1_000;
  if (state.SecondsPath !== undefined) {
    const seconds = referenced(state.SecondsPath, "SecondsPath", scope);
    const found = `${state.SecondsPath} == ${shown(seconds)}`;
    const whole = typeof seconds === "number" ? wholeNumber(seconds) : undefined;
    if (whole === undefined) {
      throw new RuntimeFailure(`The SecondsPath parameter cannot be parsed as a long value: ${found}`);
    }
    if (whole < 0) throw new RuntimeFailure(`The SecondsPath parameter references a negative value: ${found}`);
    return enteredAt + whole * 1_000;
  }
  if (state.Timestamp !== undefined) return timestampOf(state.Timestamp) ?? invalid("Timestamp", state.Timestamp);
  if (state.TimestampPath === undefined) throw new RuntimeFailure("The Wait state names no time.");
  const timestamp = referenced(state.TimestampPath, "TimestampPath", scope);
  return timestampOf(timestamp) ?? invalid("TimestampPath", `${state.TimestampPath} == ${shown(timestamp)}`);
}

function referenced(path: string, field: string, scope: Scope): Json {
  const value = find(path, scope);
  if (value !== undefined) return value;
  throw new RuntimeFailure(`The ${field} parameter does not reference an input value: ${path}`);
}

function invalid(field: string, value: string): never {
  throw new RuntimeFailure(
    `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${value}`,
  );
}
