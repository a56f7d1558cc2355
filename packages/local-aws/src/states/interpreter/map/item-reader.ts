import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { parse as csvParser } from "csv-parse";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { AwsError } from "../../../service.ts";
import type { CsvDelimiter, InputType, ReaderConfig } from "../../asl/distributed-map.ts";
import type { Json } from "../../data/json.ts";
import type { Objects } from "../../objects.ts";
import { Cancelled, ExecutionError } from "../error.ts";

const delimiters: Readonly<Record<CsvDelimiter, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

type Parse = (bytes: Readable, config: ReaderConfig) => AsyncIterable<Json>;

const parsers: Readonly<Record<InputType, Parse>> = { JSON: parseArray, JSONL: parseLines, CSV: parseRows };

/**
 * Reads the items of an S3 object one by one, at most `most` of them, without ever loading the whole object into
 * memory. Throws "States.ItemReaderFailed" if the object cannot be read or does not match the ReaderConfig.
 */
export async function* readItems(
  objects: Pick<Objects, "read">,
  object: { readonly bucket: string; readonly key: string },
  config: ReaderConfig,
  most: number,
): AsyncGenerator<Json> {
  let count = 0;
  let bytes: Readable | undefined;
  assertPositive(most);
  try {
    bytes = Readable.from(await objects.read(object.bucket, object.key));
    for await (const item of parsers[config.InputType ?? "JSON"](bytes, config)) {
      yield item;
      count += 1;
      if (count >= most) return;
    }
  } catch (error) {
    if (error instanceof ExecutionError || error instanceof Cancelled) throw error;
    const where = `the object "s3://${object.bucket}/${object.key}"`;
    throw new ExecutionError("States.ItemReaderFailed", causeOf(error, where, count), { cause: error });
  } finally {
    // If the caller stops early, the object's file would otherwise stay open.
    bytes?.destroy();
  }
}

/**
 * Yields the objects of a bucket as items, at most `most` of them. Throws "States.ItemReaderFailed" if the bucket
 * cannot be listed.
 */
export async function* listItems(
  objects: Pick<Objects, "list">,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  most: number,
): AsyncGenerator<Json> {
  let count = 0;
  assertPositive(most);
  try {
    for await (const { key, etag, lastModified, size, storageClass } of objects.list(bucket, prefix)) {
      const seconds = Math.floor(Date.parse(lastModified) / 1000);
      yield { Etag: etag, Key: key, LastModified: seconds, Size: size, StorageClass: storageClass };
      count += 1;
      if (count >= most) return;
    }
  } catch (error) {
    if (error instanceof ExecutionError || error instanceof Cancelled) throw error;
    const cause = causeOf(error, `the objects of "s3://${bucket}/${prefix}"`, count);
    throw new ExecutionError("States.ItemReaderFailed", cause, { cause: error });
  }
}

function assertPositive(most: number): void {
  if (most < 0) throw new ExecutionError("States.ItemReaderFailed", "field MaxItems must be positive");
}

function causeOf(error: unknown, where: string, count: number): string {
  if (error instanceof AwsError) {
    return `${error.message} (Service: Amazon S3; Status Code: ${error.status}; Error Code: ${error.name}; reading ${where})`;
  }
  return `The ItemReader cannot read ${where} after ${count} items: ${(error as Error).message}`;
}

async function* parseArray(bytes: Readable): AsyncGenerator<Json> {
  const parser = streamArray.withParserAsStream();
  bytes.on("error", (error) => parser.destroy(error));
  for await (const { value } of bytes.pipe(parser) as AsyncIterable<{ value: Json }>) yield value;
}

async function* parseLines(bytes: Readable): AsyncGenerator<Json> {
  for await (const line of createInterface({ input: bytes, crlfDelay: Infinity })) {
    const text = line.replace(/^\uFEFF/, "").trim();
    if (text !== "") yield JSON.parse(text) as Json;
  }
}

/**
 * Yields each row as an object of strings. Missing fields are empty strings, and fields without a header are omitted.
 */
async function* parseRows(bytes: Readable, config: ReaderConfig): AsyncGenerator<Json> {
  const delimiter = delimiters[config.CSVDelimiter ?? "COMMA"];
  const parser = csvParser({ bom: true, delimiter, relax_column_count: true, skip_empty_lines: true });
  bytes.on("error", (error) => parser.destroy(error));
  let headers = config.CSVHeaderLocation === "GIVEN" ? (config.CSVHeaders ?? []) : undefined;
  if (headers !== undefined) assertDistinct(headers);
  for await (const row of bytes.pipe(parser) as AsyncIterable<readonly string[]>) {
    if (headers === undefined) {
      headers = row;
      assertDistinct(headers);
    } else yield Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ""]));
  }
}

function assertDistinct(headers: readonly string[]): void {
  if (new Set(headers).size === headers.length) return;
  throw new ExecutionError("States.ItemReaderFailed", "CSV headers cannot contain duplicates.");
}
