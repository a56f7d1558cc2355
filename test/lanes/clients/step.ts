import type { Call, Client, Outcome } from "./client.ts";
import { differencesFrom, type Shape } from "./shape.ts";

/**
 * One call of the list. Its texts may contain `{name}`: a value that the run provides or that an earlier step kept.
 * `gives` is the expected response, with names and types of its members. `fails` is the expected error code;
 * alternatives for different clients are separated by `|`.
 */
export type Step = Call & {
  readonly keep?: Readonly<Record<string, string>>;
} & ({ readonly gives: Shape } | { readonly fails: string });

export interface Run {
  readonly client: Client;
  /** Differences from the expected results, one sentence each. */
  readonly differences: readonly string[];
  readonly done: number;
  /** Steps that this version of the client does not support. */
  readonly unknown: readonly string[];
}

/** Runs all steps of the list with one client. */
export async function walk(
  client: Client,
  steps: readonly Step[],
  given: Readonly<Record<string, string>>,
  refused?: number,
): Promise<Run> {
  const known = new Map(Object.entries(given));
  const differences: string[] = [];
  const unknown: string[] = [];
  let done = 0;
  for (const step of steps) {
    const title = `${step.service} ${step.operation}`;
    if (!client.knows(step)) {
      unknown.push(title);
      continue;
    }
    const call = { ...step, parameters: fill(step.parameters, known) as Step["parameters"] };
    const outcome = await client.send(call);
    differences.push(
      ...compare(client, step, outcome, refused).map((problem) => `${client.name}: ${title}: ${problem}`),
    );
    done += 1;
    for (const [name, place] of Object.entries(step.keep ?? {})) {
      const value = "response" in outcome ? pick(outcome.response, place) : undefined;
      if (value !== undefined) known.set(name, String(value));
    }
  }
  return { client, differences, done, unknown };
}

function compare(client: Client, step: Step, outcome: Outcome, refused: number | undefined): readonly string[] {
  if ("error" in outcome) {
    if (!("fails" in step)) return [`refused: ${outcome.message}`];
    const exit = refused === undefined || outcome.exit === refused ? [] : [`exit code ${outcome.exit}, not ${refused}`];
    const right = step.fails.split("|").includes(outcome.error);
    return right ? exit : [`the error is "${outcome.error}", not "${step.fails}": ${outcome.message}`];
  }
  if ("fails" in step) return [`succeeded instead of failing with "${step.fails}"`];
  return [
    ...differencesFrom(step.gives, outcome.response, (member) => client.shows(step.service, member)),
    ...outcome.problems,
  ];
}

/**
 * Replaces `{name}` in all texts. If the step that would have kept a name was skipped, the name is left unchanged,
 * because the client does not support the steps that use it either.
 */
function fill(value: unknown, known: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return value.replace(/\{(\w+)\}/g, (text, name: string) => known.get(name) ?? text);
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner, known)]));
}

/** The value at a path such as `Parts.0.ETag`. */
function pick(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
