import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, StartExecutionCommand, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { classifyingWorkflows } from "../../contract/release.ts";
import { type ImageResult, prefixes, StoredOutcome } from "../../contract/workflow.ts";
import { differencesFromGolden } from "../golden.ts";
import type { SmokePhoto } from "../smoke-photo.ts";
import type { Release } from "./situation.ts";
import type { ReleaseTarget } from "./target.ts";

const pollMs = 1_000;
/** Maximum duration in milliseconds. Functions that were idle for weeks need two minutes to become active. */
const longestMs = 5 * 60_000;

/**
 * Classifies the picture of the golden predictions with the versions of a release, which needs no traffic.
 * @returns problems, one sentence each; empty if the release reproduces the golden predictions
 */
export async function checkGolden(
  release: Release,
  photo: SmokePhoto,
  target: ReleaseTarget,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const image = await upload(photo, target);
  const input = JSON.stringify({ images: [image], topK: photo.golden.top.length });
  const problems: string[] = [];
  for (const [name, run] of [
    [classifyingWorkflows.main, runStandard],
    [classifyingWorkflows.now, runExpress],
  ] as const) {
    const version = release.versions[name];
    if (version === undefined) continue;
    const ended = await run(version, input, target, signal);
    const found = typeof ended === "string" ? [ended] : differences(ended, photo);
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

function differences([result]: readonly ImageResult[], { golden }: SmokePhoto): readonly string[] {
  if (result === undefined) return ["the picture has no result."];
  if ("error" in result) return [`the picture has no prediction: ${result.error.code}: ${result.error.message}`];
  return differencesFromGolden(golden, result.predictions);
}

/** Uploads the picture below `uploads/`, where the bucket's lifecycle rule deletes it later. */
async function upload({ name, bytes, contentType }: SmokePhoto, { s3, bucket }: ReleaseTarget): Promise<string> {
  const key = `${prefixes.uploads}release-${randomUUID()}-${name}`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }));
  return `s3://${bucket}/${key}`;
}

type Ended = readonly ImageResult[] | string;

async function runStandard(
  version: string,
  input: string,
  { states }: ReleaseTarget,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  const { executionArn = "" } = await states.send(
    new StartExecutionCommand({ stateMachineArn: version, name: `golden-${randomUUID()}`, input }),
  );
  const latest = Date.now() + longestMs;
  for (;;) {
    const { status, output, error, cause } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return resultsIn(output);
    if (status !== "RUNNING") return `the execution ended with ${status}${detail(error, cause)}.`;
    if (Date.now() > latest) return `the execution still runs after ${longestMs / 60_000} minutes.`;
    await sleep(pollMs, undefined, signal ? { signal } : {});
  }
}

async function runExpress(version: string, input: string, { states }: ReleaseTarget): Promise<Ended> {
  const ended = await states.send(new StartSyncExecutionCommand({ stateMachineArn: version, input }));
  if (ended.status === "SUCCEEDED") return resultsIn(ended.output);
  return `the execution ended with ${ended.status}${detail(ended.error, ended.cause)}.`;
}

function resultsIn(output = "null"): Ended {
  const { data } = StoredOutcome.safeParse(JSON.parse(output));
  return data ? (data.results ?? []) : "the output of the execution is not that of this workflow.";
}

function detail(error: string | undefined, cause: string | undefined): string {
  return error === undefined ? "" : ` (${error}: ${cause ?? ""})`;
}
