import { keptReleases } from "../../contract/release.ts";
import { parseOptions } from "../../lib/options.ts";
import { usage } from "../failure.ts";
import type { GateRules } from "./gate.ts";
import type { TargetOptions } from "./target.ts";

export type ReleaseAction = "roll" | "status" | "abort" | "back" | "prune";

export interface ReleaseOptions extends TargetOptions {
  readonly action: ReleaseAction;
  readonly steps: readonly number[];
  readonly everyMs: number;
  readonly rules: GateRules;
  /** Folder of the built model whose golden predictions the release must reproduce. */
  readonly model?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const releaseHelp = `npm run release -- [options]

Moves traffic to the release that "pulumi up" published, step by step. Needs the setting release: gradual.
First the new release must give the golden predictions. After each step its executions are compared with those of
the release before: failed executions, and images with ClassificationFailed or ClassificationTimeout. If it does
worse, or an alarm is raised, all traffic goes back at once and the new release is deleted.

  --stack NAME        The stack (default: the service that npm start runs here)
  --steps LIST        Shares of the traffic in percent (default 10,50,100)
  --every TIME        Length of a step, such as 30s, 10m or 1h (default 10m)
  --executions N      Executions of the new release that must have ended before the next step (default 5)
  --tolerance POINTS  Percentage points by which its failures may exceed those of the release before (default 2)
  --model FOLDER      The built model to compare with (default: that of the stack's file)
  --status            Shows where traffic goes, and changes nothing
  --abort             Takes traffic back from a release in progress, and deletes it
  --back              Takes all traffic back to the release before, and deletes the one that has it
  --prune             Deletes old releases: the newest ${keptReleases} stay, and what has traffic or runs
  --json              Events as lines of JSON
  --endpoint URL      Address of the local service
  --data DIR          Data folder of the local service (default .data)
  --help              This text

Ctrl-C leaves the traffic as it is; the same command continues from there.
Exit codes: 0 released, or nothing to do; 1 the release was refused, or did not end; 2 wrong usage;
3 the stack or service is unreachable or refuses; 130 interrupted.
`;

const actions = ["status", "abort", "back", "prune"] as const;

/** Reads the command line of `release`. @throws CommandFailure */
export function readReleaseOptions(parameters: readonly string[]): ReleaseOptions {
  const { values, positionals } = parse(parameters);
  if (positionals.length > 0) throw usage(`release takes no "${positionals[0]}". See --help.`);
  const chosen = actions.filter((name) => values[name]);
  if (chosen.length > 1) throw usage(`--${chosen.join(" and --")} exclude each other: choose one.`);
  const { stack, endpoint, model } = values;
  if (stack !== undefined && endpoint !== undefined) {
    throw usage("--stack and --endpoint exclude each other: the latter names the service on this machine.");
  }
  return {
    action: chosen[0] ?? "roll",
    steps: stepsOf(values.steps),
    everyMs: durationOf(values.every),
    rules: {
      executions: numberOf("executions", values.executions, 1, 10_000),
      tolerance: numberOf("tolerance", values.tolerance, 0, 100) / 100,
    },
    ...(stack === undefined ? {} : { stack }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    dataDir: values.data,
    json: values.json,
    help: values.help,
  };
}

function stepsOf(text: string): readonly number[] {
  const steps = text.split(",").map(Number);
  const ascending = steps.every((step, at) => step > (steps[at - 1] ?? 0));
  if (steps.every((step) => Number.isInteger(step) && step <= 100) && ascending && steps.at(-1) === 100) return steps;
  throw usage(`--steps is "${text}"; it must be whole numbers from 1 to 100, ascending, with 100 last: 10,50,100.`);
}

const milliseconds = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const longestMs = 24 * milliseconds.h;

function durationOf(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  const found = Number(count) * (milliseconds[unit as keyof typeof milliseconds] ?? Number.NaN);
  if (found >= milliseconds.s && found <= longestMs) return found;
  throw usage(`--every is "${text}"; it must be a time from 1s to 24h: 30s, 10m or 1h.`);
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const found = text.trim() === "" ? Number.NaN : Number(text);
  if (found >= least && found <= most) return found;
  throw usage(`--${name} is "${text}"; it must be a number from ${least} to ${most}.`);
}

function parse(parameters: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  return parseOptions(
    parameters,
    {
      stack: text,
      endpoint: text,
      model: text,
      steps: { type: "string", default: "10,50,100" },
      every: { type: "string", default: "10m" },
      executions: { type: "string", default: "5" },
      tolerance: { type: "string", default: "2" },
      data: { type: "string", default: ".data" },
      status: flag,
      abort: flag,
      back: flag,
      prune: flag,
      json: flag,
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
}
