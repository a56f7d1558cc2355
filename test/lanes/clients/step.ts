import type { Call, Client, Outcome } from "./client.ts";
import { differencesFrom, type Shape } from "./shape.ts";

/**
 * One line of the written list. Texts may hold `{name}`: something that the run knows or that an earlier step kept.
 * `gives` is the response by name and type; `fails` the code of the error, where clients differ with `|` between them.
 */
export type Step = Call & {
  readonly keep?: Readonly<Record<string, string>>;
} & ({ readonly gives: Shape } | { readonly fails: string });

export interface Run {
  readonly client: Client;
  /** Differences from the list, one sentence each. */
  readonly differences: readonly string[];
  readonly done: number;
  /** Steps that this version of the client does not have. */
  readonly unknown: readonly string[];
}

/** Walks through the list with one client. */
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

/** Replaces `{name}` in all texts. A name that an unknown step would have kept stays as it is: the step that needs it is unknown too. */
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
