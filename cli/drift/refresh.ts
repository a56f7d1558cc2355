import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pulumiNotStarted, pulumiRefusal } from "../api/pulumi-refusal.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { EngineEvent, type Reading, readingOf } from "./event.ts";

/** Longest time in milliseconds: throttled APIs make a refresh slow, but it must not wait for ever. */
const longestMs = 20 * 60_000;

export interface RefreshContext {
  /** The checkout with Pulumi.yaml. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Called with how many resources have been read, and how many were begun. */
  readonly progress?: (read: number, begun: number) => void;
}

/**
 * Reads every resource of a stack from the cloud without changing the state: a preview of a refresh, whose events the
 * engine prints as lines of JSON.
 * @throws CommandFailure in one sentence, if the stack or a resource cannot be read
 */
export async function readCloud(stack: string, context: RefreshContext): Promise<readonly Reading[]> {
  const { root } = context;
  const settings = settingsCopy(root, stack);
  try {
    return await refresh(stack, settings.file, context);
  } finally {
    settings.remove();
  }
}

async function refresh(stack: string, settings: string, context: RefreshContext): Promise<readonly Reading[]> {
  const { root, environment, signal } = context;
  const late = AbortSignal.timeout(longestMs);
  const flags = ["--preview-only", "--json", "--non-interactive", "--stack", stack, "--config-file", settings];
  const child = spawn("pulumi", ["refresh", ...flags], {
    cwd: root,
    env: { ...environment, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    // pulumi ends its providers at this signal.
    killSignal: "SIGINT",
    signal: signal ? AbortSignal.any([signal, late]) : late,
  });
  const ended = once(child, "close").then(
    ([code]: (number | null)[]) => code,
    (error: NodeJS.ErrnoException) => error,
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const { readings, problems, isComplete } = await readEvents(createInterface({ input: child.stdout }), context);
  const code = await ended;
  signal?.throwIfAborted();
  if (late.aborted) throw new CommandFailure(exitCodes.endpointRefused, tooLong);
  if (code instanceof Error) throw pulumiNotStarted(code);
  if (code !== 0 || problems !== "") {
    throw pulumiRefusal(`${problems}\n${errors}`, stack, "compared with the cloud");
  }
  if (!isComplete) throw new CommandFailure(exitCodes.endpointRefused, tooOld);
  return readings;
}

/** A copy of the stack's settings: pulumi writes the salt of the passphrase into a file that lacks it. */
function settingsCopy(root: string, stack: string): { readonly file: string; remove(): void } {
  const name = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-drift-"));
  const file = path.join(folder, "Pulumi.copy.yaml");
  const original = path.join(root, name);
  writeFileSync(file, existsSync(original) ? readFileSync(original) : "");
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function readEvents(lines: AsyncIterable<string>, { progress }: RefreshContext) {
  const readings: Reading[] = [];
  let [problems, begun, isComplete] = ["", 0, false];
  for await (const line of lines) {
    const event = eventIn(line);
    if (event?.resourcePreEvent) begun += 1;
    if (event?.diagnosticEvent?.severity === "error") problems += `${event.diagnosticEvent.message}\n`;
    if (event?.summaryEvent) isComplete = true;
    const reading = event && readingOf(event);
    if (reading) {
      readings.push(reading);
      progress?.(readings.length, begun);
    }
  }
  return { readings, problems, isComplete };
}

/** The event in a line; undefined for a line of another kind, such as a line of a document. */
function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith('{"')) return undefined;
  try {
    return EngineEvent.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const tooLong = `The comparison took more than ${longestMs / 60_000} minutes and was ended: AWS may be throttling; try again later.`;
const tooOld =
  "This version of pulumi does not print the events of a refresh: install the version that .github/workflows/deploy-stack.yml names, or a newer one.";
