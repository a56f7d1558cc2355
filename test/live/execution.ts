import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import * as z from "zod";
import { CommandFailure, exitCodes } from "../../cli/failure.ts";
import { liveAlias } from "../../contract/functions.ts";
import { parseResults, resultsFormatOf } from "../../contract/results.ts";
import { ImageResult, Outcome } from "../../contract/workflow.ts";
import type { LiveTarget } from "./target.ts";

/** AWS refills one call of DescribeMapRun per second. */
const pollMs = 1_500;

/** Child executions of a Map Run: each classifies a batch of images. */
export interface MapRunCounts {
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** One execution of the workflow that classifies, started through the alias as the API does. */
export class LiveExecution {
  readonly arn: string;
  readonly #target: LiveTarget;

  private constructor(arn: string, target: LiveTarget) {
    this.arn = arn;
    this.#target = target;
  }

  static async start(images: readonly string[], target: LiveTarget): Promise<LiveExecution> {
    const { executionArn = "" } = await target.states.send(
      new StartExecutionCommand({
        stateMachineArn: `${target.machine}:${liveAlias}`,
        name: `live-${randomUUID()}`,
        input: JSON.stringify({ images, topK: target.photo.golden.top.length }),
      }),
    );
    return new LiveExecution(executionArn, target);
  }

  async stop(): Promise<void> {
    await this.#target.states.send(new StopExecutionCommand({ executionArn: this.arn }));
  }

  async redrive(): Promise<void> {
    await this.#target.states.send(new RedriveExecutionCommand({ executionArn: this.arn }));
  }

  /** The counts of its Map Run; undefined if it has none, or none yet. */
  async mapRun(): Promise<MapRunCounts | undefined> {
    const { states } = this.#target;
    const { mapRuns = [] } = await states.send(new ListMapRunsCommand({ executionArn: this.arn }));
    const [run] = mapRuns;
    if (run?.mapRunArn === undefined) return undefined;
    const described = await states.send(new DescribeMapRunCommand({ mapRunArn: run.mapRunArn }));
    const { total = 0, succeeded = 0, failed = 0 } = described.executionCounts ?? {};
    return { status: described.status ?? "RUNNING", total, succeeded, failed };
  }

  /** Asks until the result is not undefined. @throws CommandFailure after `withinMs` milliseconds */
  async until<T>(what: string, ask: () => Promise<T | undefined>, withinMs: number, signal?: AbortSignal): Promise<T> {
    const latest = Date.now() + withinMs;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (Date.now() > latest) {
        throw new CommandFailure(
          exitCodes.executionFailed,
          `Execution "${this.arn}": ${what} did not happen within ${withinMs / 60_000} minutes.`,
        );
      }
      await sleep(pollMs, undefined, signal ? { signal } : {});
    }
  }

  /** Waits for its end. @throws CommandFailure after `withinMs` milliseconds */
  ended(withinMs: number, signal?: AbortSignal): Promise<DescribeExecutionCommandOutput> {
    return this.until("its end", async () => running(await this.describe()), withinMs, signal);
  }

  describe(): Promise<DescribeExecutionCommandOutput> {
    return this.#target.states.send(new DescribeExecutionCommand({ executionArn: this.arn }));
  }

  /** The results of an execution that succeeded, from its output or from the bucket. @throws CommandFailure otherwise */
  async results({ status, output, error, cause }: DescribeExecutionCommandOutput): Promise<readonly ImageResult[]> {
    if (status !== "SUCCEEDED" || output === undefined) {
      throw new CommandFailure(
        exitCodes.executionFailed,
        `Execution "${this.arn}" ended with ${status}: ${error ?? "no error"}: ${cause ?? ""}`,
      );
    }
    const { results, resultsLocation } = Outcome.parse(JSON.parse(output));
    if (results) return results;
    const { bucket, key } = resultsLocation;
    const { Body } = await this.#target.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = (await Body?.transformToString()) ?? "";
    return z.array(ImageResult).parse(parseResults(text, resultsFormatOf(resultsLocation)));
  }
}

function running(described: DescribeExecutionCommandOutput): DescribeExecutionCommandOutput | undefined {
  return described.status === "RUNNING" || described.status === "PENDING_REDRIVE" ? undefined : described;
}
