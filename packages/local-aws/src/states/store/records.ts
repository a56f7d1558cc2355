import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { sync as writeFileAtomic } from "write-file-atomic";
import { readLines } from "./lines.ts";

/** AWS keeps the history of an execution for 90 days after its end. */
const retentionMs = 90 * 24 * 60 * 60 * 1_000;

/** What an index holds a line of whenever it changes. Times in milliseconds. */
interface Kept {
  readonly arn: string;
  readonly stoppedAt?: number;
}

export interface RecordPlaces {
  /** A file of JSON lines; the last one of each ARN counts. */
  readonly index: string;
  /** Holds files of the recorded things alone. */
  readonly folder: string;
  /** Names of the files in `folder` that belong to an ARN. */
  filesOf(arn: string): readonly string[];
}

/** Every current record, oldest first. Removes expired records, and files without a record. */
export function loadRecords<Item extends Kept>({ index, folder, filesOf }: RecordPlaces, now: number): readonly Item[] {
  const lines = readLines<Item>(index);
  const latest = new Map(lines.map((record) => [record.arn, record]));
  const kept = [...latest.values()].filter(({ stoppedAt }) => stoppedAt === undefined || now - stoppedAt < retentionMs);
  const files = new Set(kept.flatMap(({ arn }) => filesOf(arn)));
  for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(path.join(folder, file));
  if (kept.length < lines.length) {
    writeFileAtomic(index, kept.map((record) => `${JSON.stringify(record)}\n`).join(""));
  }
  return kept;
}
