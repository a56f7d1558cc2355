import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { prefixes } from "../../contract/workflow.ts";

export const bucket = "bench";

const urlOf = (line: number): string => `https://images.example.com/photos/${line}.jpg`;
/** One line in 100 names no image: it becomes a result with the number of the line. */
const isBad = (line: number): boolean => line % 100 === 17;

function* jsonLines(lines: number): Generator<string> {
  for (let line = 0; line < lines; line += 1) yield isBad(line) ? "not JSON\n" : `${JSON.stringify(urlOf(line))}\n`;
}

function* jsonList(lines: number): Generator<string> {
  for (let line = 0; line < lines; line += 1) {
    yield `${line === 0 ? "[" : ",\n"}${isBad(line) ? "17" : JSON.stringify(urlOf(line))}`;
  }
  yield "]\n";
}

function* csv(lines: number): Generator<string> {
  yield "name;image;taken\n";
  for (let line = 0; line < lines; line += 1) {
    yield `"photo ${line}";${isBad(line) ? "" : urlOf(line)};2026-11-26\n`;
  }
}

/** The text of a manifest with a given number of lines, in pieces, for each form of manifest. */
const forms = {
  jsonl: { lines: jsonLines, zipped: false },
  json: { lines: jsonList, zipped: false },
  csv: { lines: csv, zipped: false },
  "csv.gz": { lines: csv, zipped: true },
} as const;
export type ManifestForm = keyof typeof forms;
export const manifestForms = Object.keys(forms) as ManifestForm[];

export const manifestKey = (form: ManifestForm, lines: number): string => `${prefixes.uploads}${lines}.${form}`;

export async function uploadManifest(client: S3Client, form: ManifestForm, lines: number): Promise<void> {
  const { lines: texts, zipped } = forms[form];
  const text = Readable.from(texts(lines), { objectMode: false });
  const Body = zipped ? text.pipe(createGzip()) : text;
  await new Upload({ client, params: { Bucket: bucket, Key: manifestKey(form, lines), Body } }).done();
}
