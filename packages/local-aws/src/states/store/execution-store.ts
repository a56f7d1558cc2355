import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sync as writeFileAtomic } from "write-file-atomic";
import type { StateMachineResource } from "../../graph.ts";
import type { EndStatus } from "../history/end.ts";
import type { Entry } from "../history/event.ts";
import { appendLine, readLines } from "./lines.ts";
import { loadRecords } from "./records.ts";
import { SyncQueue } from "./sync-queue.ts";

/** The record of an execution, without its history. Times are in milliseconds since 1970. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly roleArn: string;
  /** SHA-256 of the definition that the execution runs, even if the machine has since been updated. */
  readonly definitionHash: string;
  readonly startedAt: number;
  readonly status: "RUNNING" | EndStatus;
  readonly stoppedAt?: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  /** For a child execution: its Map Run and its position in it. */
  readonly mapRun?: ChildPosition;
  /** The version that the execution runs, and the alias through which it was started. */
  readonly versionArn?: string;
  readonly aliasArn?: string;
  readonly about?: MachineAtStart;
}

/** The state of the machine at the start of an execution, in addition to its definition and role. */
export interface MachineAtStart {
  readonly updatedAt: number;
  readonly tracing: boolean;
  readonly logging?: NonNullable<StateMachineResource["logging"]>;
  readonly revisionId?: string;
}

export interface ChildPosition {
  readonly arn: string;
  /** Zero-based index among the children. */
  readonly index: number;
  readonly items: number;
  /** How often the Map Run had been redriven when this child last started. */
  readonly redriveCount: number;
}

/**
 * Stores executions on disk: `executions.jsonl` (a record each time one starts, ends or is redriven; the last record
 * applies), `histories/<hash of the ARN>.jsonl` (one event per line) and `definitions/<hash>.json`.
 */
export class ExecutionStore {
  readonly #index: string;
  readonly #histories: string;
  readonly #definitions: string;
  readonly #syncs = new SyncQueue();

  constructor(folder: string) {
    this.#index = path.join(folder, "executions.jsonl");
    this.#histories = path.join(folder, "histories");
    this.#definitions = path.join(folder, "definitions");
    mkdirSync(this.#histories, { recursive: true });
    mkdirSync(this.#definitions, { recursive: true });
  }

  /**
   * Returns every execution, oldest first. Removes executions past their retention, and histories without a recorded
   * execution.
   */
  load(now: number): readonly ExecutionRecord[] {
    const filesOf = (arn: string) => [path.basename(this.#historyFile(arn))];
    return loadRecords({ index: this.#index, folder: this.#histories, filesOf }, now);
  }

  save(record: ExecutionRecord): void {
    appendLine(this.#index, record);
    for (const file of [this.#index, this.#historyFile(record.arn)]) {
      if (existsSync(file)) this.#syncs.add(file);
    }
  }

  append(arn: string, entry: Entry): void {
    appendLine(this.#historyFile(arn), entry);
  }

  history(arn: string): readonly Entry[] {
    return readLines<Entry>(this.#historyFile(arn));
  }

  /** Stores a definition's text under its hash. */
  saveDefinition(text: string): string {
    const hash = createHash("sha256").update(text).digest("hex");
    const file = path.join(this.#definitions, `${hash}.json`);
    if (!existsSync(file)) writeFileAtomic(file, text);
    return hash;
  }

  definition(hash: string): string {
    return readFileSync(path.join(this.#definitions, `${hash}.json`), "utf8");
  }

  /** Resolves when everything saved so far has been synced to disk. */
  async flush(): Promise<void> {
    await this.#syncs.flush();
  }

  #historyFile(arn: string): string {
    // The file is named by a hash, because names may contain characters that file systems forbid or do not distinguish.
    return path.join(this.#histories, `${createHash("sha256").update(arn).digest("hex").slice(0, 32)}.jsonl`);
  }
}
