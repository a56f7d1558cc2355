import { readFile } from "node:fs/promises";
import path from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { findEndpoint } from "../api/endpoint.ts";
import { type RunPulumi, readStackOutputs } from "../api/stack-outputs.ts";
import { usage } from "../failure.ts";
import type { StackFunctions } from "./function-versions.ts";

/** What commands about a stack need: its workflows, functions and bucket, and its alarms. */
export interface ReleaseTarget {
  /** ARNs of the state machines by the workflow's name. */
  readonly workflows: Readonly<Record<string, string>>;
  readonly bucket: string;
  readonly states: SFNClient;
  readonly s3: S3Client;
  /** Undefined on the one-machine runtime, which keeps no sandboxes warm and prunes its own function versions. */
  readonly functions: StackFunctions | undefined;
  readonly logs: CloudWatchLogsClient;
  /** Names of the functions' log groups, by the functions' names; empty for a stack of an older release. */
  readonly logGroups: Readonly<Record<string, string>>;
  /** Undefined on the one-machine runtime, which has no CloudWatch alarms. */
  readonly alarms: { readonly names: readonly string[]; readonly cloudWatch: CloudWatchClient } | undefined;
}

export interface TargetOptions {
  readonly stack?: string;
  readonly endpoint?: string;
  readonly dataDir: string;
}

const Outputs = z.object({
  stateMachineArns: z.record(z.string(), z.string().startsWith("arn:")),
  bucketName: z.string(),
  functionNames: z.record(z.string(), z.string()),
  /** Absent from the outputs of older releases. */
  logGroupNames: z.record(z.string(), z.string()).default({}),
  alarmNames: z.array(z.string()),
});
type Outputs = z.infer<typeof Outputs>;

/** Timeouts for each call, in milliseconds, so that an unreachable endpoint does not block a release halfway. */
const bounds = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/**
 * Finds the stack named in the options, with the credentials that AWS's SDK finds. Without a stack, uses the local
 * service.
 * @throws CommandFailure
 */
export async function findTarget(
  options: TargetOptions,
  surroundings: {
    readonly environment: NodeJS.ProcessEnv;
    readonly root: string;
    readonly runPulumi?: RunPulumi;
  },
): Promise<ReleaseTarget> {
  const { root, runPulumi } = surroundings;
  if (options.stack === undefined) return local(options, surroundings);
  const outputs = Outputs.safeParse(await readStackOutputs(options.stack, { root, runPulumi }));
  if (!outputs.success) {
    throw usage(`The stack "${options.stack}" has no output "stateMachineArns": run pulumi up first.`);
  }
  const { data } = outputs;
  const common = { region: regionOf(data), ...bounds };
  return {
    ...named(data),
    states: new SFNClient(common),
    s3: new S3Client(common),
    functions: { names: Object.values(data.functionNames), lambda: new LambdaClient(common) },
    logs: new CloudWatchLogsClient(common),
    alarms: { names: data.alarmNames, cloudWatch: new CloudWatchClient(common) },
  };
}

const Kept = z.object({ graph: z.object({ outputs: z.record(z.string(), z.object({ value: z.unknown() })) }) });
const KeyPair = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });

/** The local service started by `npm start` with this data folder, which contains its graph and the operator's keys. */
async function local(
  options: TargetOptions,
  surroundings: { readonly environment: NodeJS.ProcessEnv; readonly root: string },
): Promise<ReleaseTarget> {
  const { url } = await findEndpoint(options, surroundings);
  const folder = path.resolve(surroundings.root, options.dataDir);
  const kept = Kept.safeParse(await readJson(path.join(folder, "graph.json")));
  const keys = KeyPair.safeParse(await readJson(path.join(folder, "operator-key.json")));
  const values = Object.entries(kept.data?.graph.outputs ?? {}).map(([name, { value }]) => [name, value]);
  const outputs = Outputs.safeParse(Object.fromEntries(values));
  if (!keys.success || !outputs.success) {
    throw usage(
      `No service of this checkout has used the data folder "${folder}": run npm start, or pass its folder with --data or a deployed stack with --stack.`,
    );
  }
  const common = { region: regionOf(outputs.data), endpoint: url, credentials: keys.data, ...bounds };
  return {
    ...named(outputs.data),
    // With a host prefix, the SDK would call "sync-localhost", which does not exist.
    states: new SFNClient({ ...common, disableHostPrefix: true }),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    functions: undefined,
    logs: new CloudWatchLogsClient(common),
    alarms: undefined,
  };
}

function named(outputs: Outputs): Pick<ReleaseTarget, "workflows" | "bucket" | "logGroups"> {
  const { stateMachineArns, bucketName, logGroupNames } = outputs;
  return { workflows: stateMachineArns, bucket: bucketName, logGroups: logGroupNames };
}

function regionOf({ stateMachineArns }: Outputs): string {
  return Object.values(stateMachineArns)[0]?.split(":")[3] ?? "us-east-1";
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
