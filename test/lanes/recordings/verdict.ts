import { type Case, type Expected, isObject, type Json, type JsonObject } from "./case.ts";
import { asRecorded, type Difference, differences, masked } from "./compare.ts";
import { compareHistories, eventsOf } from "./history.ts";
import type { Replay } from "./replay.ts";
import type { Answer } from "./world.ts";

/**
 * links: the same events with the same details, but different `previousEventId`s. wording: only a message differs.
 * differ: any other difference. refused: this runtime refused the definition or the request. not served: this runtime
 * does not support the operation. unseen: the recording contains no response of this API.
 */
export type Verdict = "agree" | "links" | "wording" | "differ" | "refused" | "not served" | "unseen";

const worst: readonly Verdict[] = ["differ", "refused", "not served", "wording", "links", "agree", "unseen"];

/** The verdict on one recorded response. */
export interface Check {
  readonly key: string;
  readonly verdict: Verdict;
  readonly notes: readonly string[];
}

export interface CaseVerdict {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}

export function verdictOf(theCase: Case, replayed: Replay): CaseVerdict {
  const checks = theCase.expected.flatMap((expected) => check(theCase, expected, replayed));
  const verdict = worst.find((one) => checks.some((found) => found.verdict === one)) ?? "unseen";
  return { verdict, checks };
}

function check(theCase: Case, expected: Expected, replayed: Replay): readonly Check[] {
  const { key, step, after, recorded } = expected;
  const at = step ?? after;
  const answer = at === null ? undefined : replayed.answers[at];
  const operation = at === null ? undefined : theCase.steps[at]?.op;
  const error = errorOf(recorded);
  if (error !== undefined) return error.client ? [] : [checkError(theCase, key, error, answer)];
  if (key === "cases" && Array.isArray(recorded))
    return checkEnds(theCase, recorded as readonly JsonObject[], replayed);
  const stop = answer === undefined ? undefined : refused(key, answer, replayed);
  if (key === "logged_execution_events" || key === "end_event") {
    return [stop ?? checkLogged(theCase, key, recorded, replayed.logged)];
  }
  // A value that the recorded test computed itself is not a response of this API.
  if (step === null) return stop === undefined ? [] : [stop];
  if (stop !== undefined) return [stop];
  const ours = answer?.kind === "answer" ? asRecorded(answer.value, theCase) : null;
  if (isObject(recorded) && isObject(ours) && Array.isArray(recorded["events"])) {
    const aws = eventsOf(recorded["events"] as readonly JsonObject[]);
    return [graded(key, compareHistories(aws, eventsOf((ours["events"] ?? []) as readonly JsonObject[]), theCase))];
  }
  return [graded(key, { types: [], links: true, details: differences(recorded, ours, theCase, operation ?? "") })];
}

function checkError(theCase: Case, key: string, error: RecordedError, answer: Answer | undefined): Check {
  if (answer === undefined) return { key, verdict: "differ", notes: ["there is no step that could be refused"] };
  if (answer.kind === "answer") {
    return { key, verdict: "differ", notes: [`AWS refuses with ${error.code}: ${error.message}; ours accepts`] };
  }
  const ours = masked(answer.message, theCase);
  const note = `AWS ${error.code}: ${error.message}\n  ours ${answer.code}: ${String(ours)}`;
  if (answer.code !== error.code) return { key, verdict: notServed(answer) ?? "differ", notes: [note] };
  const same = error.sentences.every((sentence) => differences(sentence, ours, theCase, key).length === 0);
  if (same) return { key, verdict: "agree", notes: [] };
  return { key, verdict: notServed(answer) ?? "wording", notes: [note] };
}

/** Compares the outputs of the executions with the recorded inputs and outputs. */
function checkEnds(theCase: Case, recorded: readonly JsonObject[], { answers, ends }: Replay): readonly Check[] {
  const starts = theCase.steps.flatMap(({ op }, index) => (op === "StartExecution" ? [index] : []));
  return recorded.map((one, index) => {
    const key = `cases[${index}]`;
    const start = starts[index] ?? -1;
    const answer = answers[start];
    if (answer?.kind === "error") return refusal(key, answer);
    const end = ends.get(start);
    const ours = asRecorded(end?.["output"] ?? end?.["status"] ?? null, theCase);
    const details = differences(one["output"], ours, theCase, "output");
    const check = graded(key, { types: [], links: true, details });
    return {
      ...check,
      notes: check.notes.map((note) => `${JSON.stringify(one["input"])}: ${note} ${String(end?.["cause"] ?? "")}`),
    };
  });
}

function checkLogged(theCase: Case, key: string, recorded: Json, logged: readonly JsonObject[]): Check {
  const names = { id: "id", previous: "previous_event_id" };
  const plain = (records: readonly JsonObject[]) =>
    records.map(({ event_timestamp: _time, execution_arn: _arn, ...record }) => record);
  const ours = asRecorded(logged, theCase) as readonly JsonObject[];
  if (Array.isArray(recorded)) {
    const aws = eventsOf(plain(recorded as readonly JsonObject[]), names);
    return graded(key, compareHistories(aws, eventsOf(plain(ours), names), theCase));
  }
  const last = ours.at(-1);
  const { event_timestamp: _time, ...rest } = last ?? {};
  const { event_timestamp: _aws, ...aws } = recorded as JsonObject;
  return graded(key, { types: [], links: true, details: differences(aws, rest, theCase, key) });
}

function refused(key: string, answer: Answer, { answers }: Replay): Check | undefined {
  if (answer.kind === "answer") return undefined;
  const earlier = answers.find((one) => one?.kind === "error");
  return refusal(key, earlier?.kind === "error" ? earlier : answer);
}

function refusal(key: string, answer: Answer & { kind: "error" }): Check {
  return { key, verdict: notServed(answer) ?? "refused", notes: [`${answer.code}: ${answer.message}`] };
}

function notServed({ code, message }: Answer & { kind: "error" }): Verdict | undefined {
  return code === "UnknownOperationException" || /UNSUPPORTED_/.test(message) ? "not served" : undefined;
}

function graded(
  key: string,
  {
    types,
    links,
    details,
  }: { readonly types: readonly string[]; readonly links: boolean; readonly details: readonly Difference[] },
): Check {
  const notes = [...types, ...(links ? [] : ["other links"]), ...details.map(noteOf)];
  if (types.length > 0) return { key, verdict: "differ", notes };
  if (details.length === 0) return { key, verdict: links ? "agree" : "links", notes };
  const worded = details.every(
    ({ path, aws, ours }) =>
      /\.(cause|message|Cause)$/.test(path) && typeof aws === "string" && typeof ours === "string",
  );
  return { key, verdict: worded ? "wording" : "differ", notes };
}

function noteOf({ path, aws, ours }: Difference): string {
  const shown = (value: Json | undefined) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 400));
  return `${path}\n  AWS  ${shown(aws)}\n  ours ${shown(ours)}`;
}

interface RecordedError {
  readonly code: string;
  readonly message: string;
  /** The message, in each place where the recording contains it. */
  readonly sentences: readonly string[];
  /** Whether the SDK rejected the request, so that AWS never received it. */
  readonly client: boolean;
}

/** The error in a recording, in any of its formats. */
function errorOf(recorded: Json): RecordedError | undefined {
  const text = isObject(recorded) ? recorded["exception_value"] : recorded;
  if (typeof text === "string") {
    const [, code, message] = /^An error occurred \((\w+)\)[^:]*: ([\s\S]*)$/.exec(text) ?? [];
    const name = isObject(recorded) ? recorded["exception_typename"] : code;
    if (code !== undefined && message !== undefined) {
      return {
        code: name === code ? code : `${code} and ${String(name)}`,
        message,
        sentences: [message],
        client: false,
      };
    }
    if (/^Parameter validation failed/.test(text)) {
      return { code: "ParamValidationError", message: text, sentences: [text], client: true };
    }
  }
  if (!isObject(recorded)) return undefined;
  const { Error: error, message } = recorded;
  if (!isObject(error) || typeof error["Code"] !== "string") return undefined;
  const sentences = [error["Message"], message].filter((sentence) => typeof sentence === "string");
  return { code: error["Code"], message: sentences[0] ?? "", sentences, client: false };
}
