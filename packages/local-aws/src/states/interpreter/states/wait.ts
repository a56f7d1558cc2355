import type { WaitState } from "../../asl/definition.ts";
import { selectInput } from "../../data/flow.ts";
import { type Json, shown, wholeNumber } from "../../data/json.ts";
import { find, type Scope } from "../../data/path.ts";
import { timestampOf } from "../../data/timestamp.ts";
import { RuntimeFailure } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { ConversionFailure, JsonataQuery } from "../query/jsonata-query.ts";
import { queryOf } from "../query/query-of.ts";

export async function runWait(state: WaitState, frame: Frame, input: Json): Promise<Outcome> {
  const { branch, run } = frame;
  const query = queryOf(state, frame, input);
  const until =
    query instanceof JsonataQuery
      ? await evaluatedEnd(state, query, frame.enteredAt)
      : endOf(state, frame.scope(selectInput(state, frame.scope(input))), frame.enteredAt);
  if (until - frame.enteredAt > longest * 1_000) throw new RuntimeFailure("Wait state delay is too long.");
  if (branch.upcoming() === undefined) {
    await branch.live();
    await run.clock.sleep(until - run.clock.now(), branch.signal);
  }
  return { ...(await query.passOn(state, Math.max(until, frame.enteredAt))), next: state.Next };
}

/** The longest wait, in seconds, as observed in recordings of AWS. */
const longest = 2 ** 31 - 1;

async function evaluatedEnd(state: WaitState, query: JsonataQuery, enteredAt: number): Promise<number> {
  if (state.Seconds !== undefined) {
    const field = { declared: state.Seconds, path: undefined, field: "Seconds" };
    return enteredAt + Number(await query.number(field)) * 1_000;
  }
  const timestamp = await query.field(state.Timestamp ?? null, "string", "Timestamp");
  const time = timestampOf(timestamp);
  if (time !== undefined) return time;
  const sentence = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown(timestamp)}`;
  return query.fail(new ConversionFailure(sentence, "Timestamp"));
}

function endOf(state: WaitState, scope: Scope, enteredAt: number): number {
  if (typeof state.Seconds === "number") return enteredAt + state.Seconds * 1_000;
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
