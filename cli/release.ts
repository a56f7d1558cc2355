/** `npm run release`: moves traffic to a new release step by step, and back. */
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { parseResults, resultsFormatOf } from "../contract/results.ts";
import { type ImageResult, type S3Location, StoredResults } from "../contract/workflow.ts";
import { fitted } from "../lib/help.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { columnsOf } from "./output/stream.ts";
import { moveWarmSandboxes, pruneFunctions } from "./release/function-versions.ts";
import { checkGolden } from "./release/golden-check.ts";
import { Machine } from "./release/machine.ts";
import { type ReleaseOptions, readReleaseOptions, releaseHelp } from "./release/options.ts";
import { prune } from "./release/prune.ts";
import { RateReader } from "./release/rates.ts";
import { releaseBefore } from "./release/release-before.ts";
import { describeEvent, describeSituation } from "./release/report.ts";
import { type RollOutcome, roll, takeBack } from "./release/roll.ts";
import { type Machines, type Release, type Situation, situationOf } from "./release/situation.ts";
import { findTarget, type ReleaseTarget } from "./release/target.ts";
import type { Surroundings } from "./run.ts";
import { smokeModel, smokePhoto } from "./smoke-photo.ts";

/** The command without its process. */
export async function release(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, signal } = surroundings;
  try {
    const options = readReleaseOptions(parameters);
    if (options.help) {
      stdout.write(fitted(releaseHelp, columnsOf(stdout)));
      return exitCodes.allClassified;
    }
    return await act(options, await findTarget(options, surroundings), surroundings);
  } catch (error) {
    if (signal?.aborted) {
      stderr.write(`Interrupted. ${stays}\n`);
      return exitCodes.interrupted;
    }
    const failure = error instanceof CommandFailure ? error : refusalOf(error);
    stderr.write(`${failure.message}\n`);
    return failure.exitCode;
  }
}

async function act(options: ReleaseOptions, target: ReleaseTarget, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout } = surroundings;
  const say: Say = (event, text) => stdout.write(options.json ? `${JSON.stringify(event)}\n` : text);
  const machines: Machines = Object.fromEntries(
    Object.entries(target.workflows).map(([name, arn]) => [name, new Machine(arn, target.states)]),
  );
  if (options.action === "prune") {
    await warm(machines, target, say);
    const workflows = await prune(machines, target.states);
    const functions = target.functions ? await pruneFunctions(machines, target.functions) : {};
    const deleted = { ...workflows, ...functions };
    const lines = Object.entries(deleted).map(([name, count]) => `${name}: ${count} versions deleted\n`);
    say({ event: "pruned", deleted }, lines.join(""));
    return exitCodes.allClassified;
  }
  const situation = await situationOf(machines);
  if (options.action === "status") {
    stdout.write(options.json ? `${JSON.stringify(situation)}\n` : describeSituation(situation));
    return exitCodes.allClassified;
  }
  const code = await move[options.action](situation, machines, { options, target, surroundings, say });
  await warm(machines, target, say);
  return code;
}

/** Writes an event, as JSON or as text. */
type Say = (event: object, text: string) => void;

const move = { roll: start, abort, back } as const;

/** Once traffic has moved, only the releases that have traffic or may get it keep their warm sandboxes. */
async function warm(machines: Machines, { functions }: ReleaseTarget, say: Say): Promise<void> {
  if (!functions) return;
  const { added, removed } = await moveWarmSandboxes(machines, functions);
  if (removed.length === 0) return;
  const lines = [
    ...added.map((arn) => `Warm sandboxes for ${arn}.\n`),
    ...removed.map((arn) => `No more warm sandboxes for ${arn}.\n`),
  ];
  say({ event: "warm", added, removed }, lines.join(""));
}

interface Move {
  readonly options: ReleaseOptions;
  readonly target: ReleaseTarget;
  readonly surroundings: Surroundings;
  readonly say: Say;
}

async function start(situation: Situation, machines: Machines, context: Move): Promise<ExitCode> {
  const { options, target, surroundings, say } = context;
  const { stderr, signal } = surroundings;
  const { candidate } = situation;
  if (!candidate) {
    const { id } = situation.current;
    say({ event: "idle", release: id }, `Release ${id} has all traffic, and no newer one is published.\n`);
    return exitCodes.allClassified;
  }
  if (situation.incomplete.length > 0) {
    throw new CommandFailure(
      exitCodes.endpointRefused,
      `Release ${candidate.id} is not complete: ${situation.incomplete.map((name) => `"${name}"`).join(" and ")} has no version of it. Wait if pulumi up is running; otherwise run it again, or end the release with --abort.`,
    );
  }
  if (situation.waiting) {
    say({ event: "queued", release: situation.waiting.id, until: candidate.id }, "");
    stderr.write(`Release ${situation.waiting.id} waits until ${candidate.id} has ended.\n`);
  }
  const problems = await goldenProblems(candidate, context);
  const text = problems.length === 0 ? "gives" : "does not give";
  say(
    { event: "golden", release: candidate.id, problems },
    `Release ${candidate.id} ${text} the golden predictions.\n`,
  );
  if (problems.length > 0) {
    for (const problem of problems) stderr.write(`  ${problem}\n`);
    if (situation.weight > 0) await takeBack(situation, machines);
    say({ event: "refused", release: candidate.id, traffic: situation.current.id }, "");
    stderr.write(`It gets no traffic; release ${situation.current.id} has all of it.\n`);
    return exitCodes.someImagesFailed;
  }
  const outcome = await roll(
    { ...situation, candidate },
    { ...options, ...(signal ? { signal } : {}) },
    {
      machines,
      target,
      rates: new RateReader(target.states, (location) => readResults(location, target)),
      say: (event) => say(event, describeEvent(event)),
    },
  ).catch((error: unknown) => {
    if (!signal?.aborted) stderr.write(`${stays}\n`);
    throw error;
  });
  if (outcome === "released") return exitCodes.allClassified;
  if (outcome !== "returned") {
    say({ event: "unfinished", release: candidate.id, why: outcome }, "");
    stderr.write(`${unfinished[outcome]}\n`);
  }
  return exitCodes.someImagesFailed;
}

const stays = "Traffic stays where it is: run the same command to continue, or --abort to roll back.";

const unfinished: Readonly<Record<Exclude<RollOutcome, "released" | "returned">, string>> = {
  "too few executions":
    "Too few executions of the new release ended to compare it. Traffic stays where it is: run the command again, require fewer with --executions, or roll back with --abort.",
  "changed by somebody else": "Someone else has changed the alias; its routes are left unchanged. --status shows them.",
};

async function goldenProblems(candidate: Release, { options, target, surroundings }: Move) {
  const { stack, model } = options;
  const built = await smokeModel(
    { ...(stack === undefined ? {} : { stack }), ...(model === undefined ? {} : { model }) },
    surroundings,
  );
  return checkGolden(candidate, await smokePhoto(built), target, surroundings.signal);
}

async function abort(situation: Situation, machines: Machines, { say }: Move): Promise<ExitCode> {
  const { candidate, current } = situation;
  if (!candidate) {
    say({ event: "idle", release: current.id }, `No release is in progress: ${current.id} has all traffic.\n`);
    return exitCodes.allClassified;
  }
  await takeBack(situation, machines);
  sayTaken(say, "aborted", current.id, candidate.id);
  return exitCodes.allClassified;
}

/** Reports that a release has all traffic again, and that the other one is deleted. */
function sayTaken(say: Say, event: "aborted" | "back", release: string, deleted: string): void {
  say({ event, release, deleted }, `Release ${release} has all traffic. Release ${deleted} is deleted.\n`);
}

/** To the newest release that is older than the one with traffic. */
async function back(situation: Situation, machines: Machines, { say }: Move): Promise<ExitCode> {
  const { current, candidate } = situation;
  if (candidate) {
    throw new CommandFailure(
      exitCodes.usage,
      `Release ${candidate.id} is published or in progress: end it with --abort first.`,
    );
  }
  const before = await releaseBefore(current, machines);
  const shares = { weight: 100, leastWeight: 100 };
  await takeBack({ current: before, candidate: current, incomplete: [], waiting: undefined, ...shares }, machines);
  sayTaken(say, "back", before.id, current.id);
  return exitCodes.allClassified;
}

async function readResults(location: S3Location, { s3 }: ReleaseTarget): Promise<readonly ImageResult[] | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: location.bucket, Key: location.key }));
    const text = (await Body?.transformToString()) ?? "";
    return StoredResults.safeParse(parseResults(text, resultsFormatOf(location))).data;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Errors of AWS clients: expired credentials, missing permissions, an unreachable address. */
function refusalOf(error: unknown): CommandFailure {
  const { name, message } = error as Error;
  const known =
    typeof (error as { $metadata?: unknown }).$metadata === "object" ||
    /ECONN|ENOTFOUND|Credentials|Timeout/.test(`${name} ${message}`);
  if (!known) throw error;
  return new CommandFailure(exitCodes.endpointRefused, `The request to AWS failed: ${name}: ${message}`, {
    cause: error,
  });
}
