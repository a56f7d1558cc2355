import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { InputFile } from "./input-file.ts";
import { appendLine } from "./lines.ts";
import { loadRecords } from "./records.ts";

export type MapRunStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";

/** The record of a Map Run, without its child executions. Times are in milliseconds since 1970. */
export interface MapRunRecord {
  readonly arn: string;
  readonly executionArn: string;
  /** How often the execution had been redriven when this run last started. */
  readonly executionRedriveCount: number;
  /** ARN of the state machine that contains the Map state. */
  readonly machineArn: string;
  readonly startedAt: number;
  readonly status: MapRunStatus;
  readonly stoppedAt?: number;
  /** 0 means no limit other than AWS's own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly express: boolean;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  /** Numbers of child executions and items; absent until all items have been read. */
  readonly children?: number;
  readonly items?: number;
  /** Whether the ResultWriter has written its files. */
  readonly written?: boolean;
}

/**
 * Stores Map Runs on disk: `map-runs.jsonl` (the last record of each run applies) and `map-runs/<hash of the ARN>` with
 * its inputs.
 */
export class MapRunStore {
  readonly #index: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#index = path.join(folder, "map-runs.jsonl");
    this.#folder = path.join(folder, "map-runs");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Returns every Map Run, oldest first. Removes those past their retention. */
  load(now: number): readonly MapRunRecord[] {
    const filesOf = (arn: string) => [nameOf(arn), `${nameOf(arn)}.index`];
    return loadRecords({ index: this.#index, folder: this.#folder, filesOf }, now);
  }

  save(record: MapRunRecord): void {
    appendLine(this.#index, record);
  }

  inputs(arn: string): InputFile {
    return new InputFile(path.join(this.#folder, nameOf(arn)));
  }
}

function nameOf(arn: string): string {
  return createHash("sha256").update(arn).digest("hex").slice(0, 32);
}
