import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { sync as writeFileAtomic } from "write-file-atomic";
import { readLines } from "./lines.ts";

/** AWS keeps the history of an execution for 90 days after its end. */
const retentionMs = 90 * 24 * 60 * 60 * 1_000;

/** A record; the index gets a new line each time the record changes. Times are in milliseconds since 1970. */
interface Kept {
  readonly arn: string;
  readonly stoppedAt?: number;
}

export interface RecordPlaces {
  /** A file of JSON lines; the last line for each ARN applies. */
  readonly index: string;
  /** A folder that contains only files belonging to the records. */
  readonly folder: string;
  /** Returns the names of the files in `folder` that belong to an ARN. */
  filesOf(arn: string): readonly string[];
}

/** Returns every current record, oldest first. Removes expired records, and files without a record. */
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
