import type { ResultsFormat } from "../../../contract/results.ts";
import { type Counts, canBeRetried, type ImageResult, type ItemResult } from "../../../contract/workflow.ts";
import { Chunks } from "./chunks.ts";
import { type NewResult, ranks, recordBytes, recordsIn, type SpilledResult, writeRecord } from "./record.ts";

/**
 * Indexes per range. A range of typical results has one megabyte, and one with the longest references 20. A million
 * indexes have 489 ranges, each with a buffer.
 */
const rangeIndexes = 2_048;
const bufferBytes = 8 * 1_024;

/** What all results are, once they have been merged. */
export interface Summary {
  /** One result per index. */
  readonly counts: Counts;
  /** Of distinct images that this execution classified. */
  readonly classified: Counts;
  /** Indexes that a retry would classify again. */
  readonly transient: number;
  /** Length of the results as lines of JSON. */
  readonly bytes: number;
}

/** A buffer of one range that is not in the file yet. */
interface Tail {
  bytes: Buffer;
  end: number;
}

/**
 * The results of an execution, added in any order and read in the order of the request, in bounded memory: they are
 * spilled to a temporary file by ranges of indexes, and one range at a time is sorted. `duplicates` is expanded. If an
 * index gets two results (a repeated delivery, or a retried image), a prediction wins over an error, and a later
 * execution's error over an earlier one's. An index without a result gets an error.
 */
export class MergedResults {
  readonly #total: number;
  readonly #chunks = new Chunks();
  readonly #tails: (Tail | undefined)[];

  constructor(total: number) {
    this.#total = total;
    this.#tails = new Array<Tail | undefined>(Math.ceil(total / rangeIndexes)).fill(undefined);
  }

  /** @throws StorageFull */
  add({ index, duplicates, ...result }: ItemResult): void {
    const rank = "error" in result ? ranks.error : ranks.prediction;
    const transient = canBeRetried(result);
    const text = JSON.stringify(result).slice(1);
    this.#put({ index, rank, first: true, transient, text });
    for (const other of duplicates) this.#put({ index: other, rank, first: false, transient, text });
  }

  /** Adds a result of the execution that this one retries. @throws StorageFull */
  addEarlier({ index, ...result }: ImageResult): void {
    const rank = "error" in result ? ranks.earlierError : ranks.prediction;
    this.#put({
      index,
      rank,
      first: false,
      transient: canBeRetried(result),
      text: JSON.stringify(result).slice(1),
    });
  }

  summary(): Summary {
    const [counts, classified] = [new Tally(), new Tally()];
    let [transient, bytes] = [0, 0];
    for (const { results, firsts } of this.#ranges()) {
      for (const [at, { index, rank, transient: again, text }] of results.entries()) {
        counts.add(rank);
        if (firsts[at]) classified.add(rank);
        if (again) transient += 1;
        bytes += head(index).length + text.length + 1;
      }
    }
    return { counts: counts.counts, classified: classified.counts, transient, bytes };
  }

  /** All results in request order, as texts of one range each: one line per result, or a JSON list. */
  *texts(format: ResultsFormat): Generator<Buffer> {
    const [open, between, close] = format === "json" ? ["[", ",", "]"] : ["", "\n", "\n"];
    for (const { results } of this.#ranges()) {
      const heads = results.map(({ index }) => `${index === 0 ? open : between}${head(index)}`);
      const bytes = results.reduce((sum, { text }, at) => sum + (heads[at]?.length ?? 0) + text.length, 0);
      const piece = Buffer.allocUnsafeSlow(bytes);
      let end = 0;
      for (const [at, { text }] of results.entries()) {
        end += piece.write(heads[at] ?? "", end, "latin1");
        piece.set(text, end);
        end += text.length;
      }
      yield piece;
    }
    yield Buffer.from(close);
  }

  close(): void {
    this.#chunks.close();
  }

  #put(record: NewResult): void {
    if (record.index >= this.#total) return;
    const range = Math.floor(record.index / rangeIndexes);
    const bytes = recordBytes(record);
    this.#tails[range] ??= { bytes: Buffer.allocUnsafeSlow(bufferBytes), end: 0 };
    const tail = this.#tails[range];
    if (tail.end + bytes > tail.bytes.length) {
      if (tail.end > 0) this.#chunks.append(range, tail.bytes.subarray(0, tail.end));
      tail.end = 0;
      if (bytes > tail.bytes.length) tail.bytes = Buffer.allocUnsafeSlow(bytes);
    }
    tail.end = writeRecord(tail.bytes, tail.end, record);
  }

  *#ranges(): Generator<SortedRange> {
    for (const [range, tail] of this.#tails.entries()) {
      const start = range * rangeIndexes;
      const records = this.#chunks.read(range, tail?.bytes.subarray(0, tail.end) ?? Buffer.alloc(0));
      yield sorted(records, start, Math.min(rangeIndexes, this.#total - start));
    }
  }
}

interface SortedRange {
  /** One per index. */
  readonly results: readonly SpilledResult[];
  /** Whether a result was made for the index, and not only repeated at it. */
  readonly firsts: readonly boolean[];
}

function sorted(records: Buffer, start: number, count: number): SortedRange {
  const best = new Array<SpilledResult | undefined>(count).fill(undefined);
  const firsts = new Array<boolean>(count).fill(false);
  for (const record of recordsIn(records)) {
    const at = record.index - start;
    const known = best[at];
    if (!known || record.rank > known.rank) best[at] = record;
    if (record.first) firsts[at] = true;
  }
  return { results: best.map((record, at) => record ?? missing(start + at)), firsts };
}

function missing(index: number): SpilledResult {
  const message = `The workflow ended without a result for the image at index ${index}.`;
  const text = JSON.stringify({ image: "", error: { code: "ClassificationFailed", message } }).slice(1);
  // Nothing says which image it was, so it cannot be tried again.
  return { index, rank: ranks.error, first: false, transient: false, text: Buffer.from(text) };
}

function head(index: number): string {
  return `{"index":${index},`;
}

class Tally {
  #succeeded = 0;
  #total = 0;

  add(rank: SpilledResult["rank"]): void {
    this.#total += 1;
    if (rank === ranks.prediction) this.#succeeded += 1;
  }

  get counts(): Counts {
    return { total: this.#total, succeeded: this.#succeeded, failed: this.#total - this.#succeeded };
  }
}
