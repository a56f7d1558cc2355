import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { median } from "../test/lanes/support/median.ts";

/** The measurements that one process of a program printed. */
export interface Measurement {
  /** Milliseconds from process start to the first label. */
  readonly cold: number;
  /** Milliseconds of each further call, from the photo's bytes to its labels. */
  readonly warm: readonly number[];
  /** Milliseconds of each call with pixels that are already decoded; empty for programs that do not measure it. */
  readonly infer: readonly number[];
  /** Sum of the peaks of the process and its children in megabytes, each at its own time. */
  readonly peakMb: number;
  readonly label: string;
  /** Milliseconds of each phase of the cold start, if the program prints them. */
  readonly phases?: Readonly<Record<string, number>> | undefined;
  /** The engine and precision that computed the result, if the program prints them. */
  readonly choice?: string | undefined;
}

const Line = z.object({
  label: z.string().optional(),
  ms: z.number().optional(),
  warm: z.array(z.number()).optional(),
  infer: z.array(z.number()).optional(),
  peakMb: z.number().optional(),
  phases: z.record(z.string(), z.number()).optional(),
  choice: z.string().optional(),
});

/**
 * Runs a child process that prints the lines `{label, ms}`, `{warm}`, `{infer}`, `{peakMb}` and may print `{phases}`
 * and `{choice}`. It does not get the certificates that this machine adds to Node's own, because reading them would
 * count as part of the start.
 */
export async function measure(
  command: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(command, parameters, {
    timeout: 600_000,
    maxBuffer: 1 << 24,
    env: { ...process.env, ...environment, NODE_EXTRA_CA_CERTS: undefined },
  });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const all = Object.assign({}, ...lines.map((line) => Line.parse(JSON.parse(line)))) as z.infer<typeof Line>;
  const { label, ms, warm, infer = [], peakMb, phases, choice } = all;
  if (label === undefined || ms === undefined || !warm || peakMb === undefined) {
    throw new Error(`"${path.basename(parameters[0] ?? command)}" did not print its measurements: ${stdout}`);
  }
  return { label, cold: ms, warm, infer, peakMb, phases, choice };
}

/** Measures each program in turn, A B C A B C, so that a machine whose speed drifts slows all of them equally. */
export async function inTurn<Name extends string>(
  times: number,
  subjects: Readonly<Record<Name, () => Promise<Measurement>>>,
): Promise<Record<Name, Measurement[]>> {
  const names = Object.keys(subjects) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Measurement[]>;
  for (let round = 0; round < times; round += 1) {
    for (const name of names) found[name].push(await subjects[name]());
  }
  return found;
}

/** The median of all calls in all processes. */
export function medianOf(measurements: readonly Measurement[], pick: "warm" | "infer"): number {
  return median(measurements.flatMap((one) => one[pick]));
}

/** The median of all processes. */
export function medianPer(measurements: readonly Measurement[], pick: "cold" | "peakMb"): number {
  return median(measurements.map((one) => one[pick]));
}
