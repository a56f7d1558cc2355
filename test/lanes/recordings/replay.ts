import { setImmediate as turn } from "node:timers/promises";
import { type Case, isObject, type Json, type JsonObject, type Step } from "./case.ts";
import { type Answer, createWorld, type World } from "./world.ts";

/** The result of replaying a case: the response to each step, how its executions ended, and what they logged. */
export interface Replay {
  readonly answers: readonly (Answer | undefined)[];
  /** How each execution ended, by the index of its StartExecution step. */
  readonly ends: ReadonlyMap<number, JsonObject>;
  readonly logged: readonly JsonObject[];
}

/** Operations that do not wait for earlier executions, because the recorded tests did not wait either. */
const immediate = /^(StartExecution|StopExecution|Create|Update|Publish|TestState|Validate|SendTask|TagResource)/;
/** Number of event loop turns after which an execution that has not ended is assumed to be waiting. */
const patience = 20_000;

export async function replay(theCase: Case): Promise<Replay> {
  const world = await createWorld(theCase);
  try {
    const answers: (Answer | undefined)[] = [];
    const started = new Map<number, string>();
    for (const [index, step] of theCase.steps.entries()) {
      const { op, ...given } = resolved(step, theCase, answers);
      if (!immediate.test(op)) await settle(world, [...started.values()]);
      const input = texts(given);
      const whole = op === "GetExecutionHistory" ? { maxResults: 1_000, ...input } : input;
      const answer = await world.call(op, whole);
      answers.push(answer);
      if (op === "StartExecution" && answer.kind === "answer") started.set(index, String(answer.value["executionArn"]));
    }
    await settle(world, [...started.values()]);
    const ends = new Map<number, JsonObject>();
    for (const [index, executionArn] of started) {
      const described = await world.call("DescribeExecution", { executionArn });
      if (described.kind === "answer") ends.set(index, described.value);
    }
    return { answers, ends, logged: world.logged };
  } finally {
    await world.close();
  }
}

/** The API takes a definition or a mock as text, so one that the recording contains as data is converted. */
function texts(input: Readonly<Record<string, Json>>): JsonObject {
  const { definition } = input;
  if (definition === undefined || typeof definition === "string") return input;
  return { ...input, definition: JSON.stringify(definition) };
}

/**
 * Waits until executions have ended. The end of a Standard execution is read from its status, that of an Express
 * execution from its log.
 */
async function settle(world: World, arns: readonly string[]): Promise<void> {
  for (const arn of arns) {
    for (let turns = 0; turns < patience && !(await hasEnded(world, arn)); turns += 1) await turn();
  }
}

async function hasEnded(world: World, executionArn: string): Promise<boolean> {
  if (executionArn.includes(":express:")) {
    // If an Express execution does not log, its state cannot be observed.
    return world.logged.some(
      (record) =>
        record["execution_arn"] === executionArn &&
        /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(String(record["type"])),
    );
  }
  const answer = await world.call("DescribeExecution", { executionArn });
  return answer.kind !== "answer" || answer.value["status"] !== "RUNNING";
}

/**
 * A step in which placeholders are replaced with values from earlier responses, as in the recorded test: identifiers,
 * tokens and ARNs.
 */
function resolved(step: Step, theCase: Case, answers: readonly (Answer | undefined)[]): Step {
  const known = (field: string): readonly Json[] =>
    answers.flatMap((answer) => (answer?.kind === "answer" ? valuesOf(answer.value, field) : []));
  const before = theCase.steps.slice(0, answers.length);
  const versions = () => {
    const literal = JSON.stringify(theCase.steps);
    const open = [...new Set(known("stateMachineVersionArn"))].filter((arn) => !literal.includes(`"${String(arn)}"`));
    // If several versions were used one after another, each step used the next one.
    const taken = before.filter(
      (one) => one.op === step.op && JSON.stringify(one).includes("missing.stateMachineVersionArn"),
    );
    return open[taken.length] ?? open.at(-1);
  };
  const values: readonly (readonly [RegExp, () => Json | undefined])[] = [
    [/^alias-arn$/, () => known("stateMachineAliasArn").at(-1)],
    [/^(<next-token:\d+>|missing\.nextToken)$/, () => known("nextToken").at(-1)],
    [
      /^<uuid:(\d+)>$/,
      () => [...new Set(known("revisionId"))][Number(/\d+/.exec(JSON.stringify(step["revisionId"]))?.[0]) - 1],
    ],
    [/^missing\.stateMachineVersionArn$/, versions],
  ];
  const replaced = (value: Json): Json => {
    if (typeof value === "string") return values.find(([form]) => form.test(value))?.[1]() ?? value;
    if (Array.isArray(value)) return value.map(replaced);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
  };
  const { definition, input, mapRunArn, ...rest } = step;
  const runs = mapRunArn === undefined ? undefined : (known("mapRunArn")[0] ?? mapRunArn);
  return {
    ...(replaced(rest) as Step),
    ...(definition === undefined ? {} : { definition }),
    ...(input === undefined ? {} : { input }),
    ...(runs === undefined ? {} : { mapRunArn: runs }),
  };
}

function valuesOf(value: Json, field: string): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, field));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === field ? [item] : valuesOf(item, field)));
}
