import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import path from "node:path";
import type { ManifestContentType } from "../../contract/http.ts";
import { apiLimits, mib } from "../../contract/limits.ts";
import type { ImagesToClassify } from "../api/client.ts";
import { usage } from "../failure.ts";
import { type Collected, collect, type Inputs, standardInput } from "./collect.ts";
import { isServedCsv } from "./csv.ts";
import { entriesOf, manifestExtensions } from "./manifest.ts";
import { extensionOf, isReference } from "./source.ts";

/** A list of images that only the service reads: what is below a prefix, in a manifest in S3, or in a file to upload. */
export type ServedList = { readonly name: string } & (
  | { readonly kind: "stored"; readonly images: ImagesToClassify }
  | { readonly kind: "file"; readonly bytes: Buffer; readonly contentType: ManifestContentType }
);

/** Consecutive inputs that are classified together; their rows are numbered one part after the other. */
export type Part = ({ readonly kind: "images" } & Collected) | { readonly kind: "list"; readonly list: ServedList };

/** Manifests that the service reads, by their extensions, which ".gz" may follow. */
const served: Readonly<Record<string, ManifestContentType | undefined>> = {
  ".json": undefined,
  ".jsonl": "application/x-ndjson",
  ".ndjson": "application/x-ndjson",
  ".csv": "text/csv",
  ".tsv": undefined,
};

/**
 * Divides the inputs into parts, in their order.
 * @param isLong whether so many images are sent as a manifest
 * @throws CommandFailure if an input is invalid as a whole, or no file of a part can be read
 */
export async function partsOf(inputs: Inputs, isLong: (images: number) => boolean): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let pending: string[] = [];
  const flush = async (): Promise<void> => {
    if (pending.length > 0) parts.push({ kind: "images", ...(await collect(pending, inputs)) });
    pending = [];
  };
  if (inputs.names.filter((name) => name === standardInput).length > 1) {
    throw usage('Standard input can be read only once: name "-" once.');
  }
  for (const name of inputs.names) {
    const list = storedList(name) ?? (await fileList(name, inputs.folder, isLong));
    if (list === undefined) pending.push(name);
    else {
      await flush();
      parts.push({ kind: "list", list });
    }
  }
  await flush();
  return parts;
}

function storedList(name: string): ServedList | undefined {
  if (!/^s3:\/\//i.test(name)) return undefined;
  if (name.endsWith("/")) return { name, kind: "stored", images: { images: name } };
  const extension = extensionOf(name.replace(/\.gz$/i, ""));
  if (extension === ".txt") {
    throw usage(`"${name}" is a text file: a list in S3 is JSON, JSON Lines, or CSV with the column "image".`);
  }
  return extension in served ? { name, kind: "stored", images: { manifest: name } } : undefined;
}

/** A file that can be uploaded as it is: long, in a format that the service reads, and without photos of this machine. */
async function fileList(
  name: string,
  folder: string,
  isLong: (images: number) => boolean,
): Promise<ServedList | undefined> {
  const compressed = /\.gz$/i.test(name);
  const extension = extensionOf(name.replace(/\.gz$/i, ""));
  if (isReference(name) || !manifestExtensions.includes(extension)) return undefined;
  const contentType = served[extension];
  const bytes = await bytesOf(path.resolve(folder, name));
  if (bytes === undefined) return undefined;
  if (compressed) {
    if (contentType === undefined) {
      throw usage(`"${name}" is compressed: only .csv.gz and .jsonl.gz are read; decompress it.`);
    }
  } else {
    if (contentType === undefined || (contentType === "text/csv" && !isServedCsv(bytes))) return undefined;
    const entries = entriesOf(bytes, name);
    // The service reads no "url", and has none of this machine's files.
    const isServed = entries.every(({ image, field }) => isReference(image) && field !== "url");
    if (!isLong(entries.length) || !isServed || !isUtf8(bytes)) return undefined;
  }
  const most = apiLimits.uploadedManifestBytes;
  if (bytes.length > most) {
    const advice = compressed ? "split it" : "compress it with gzip, or split it";
    throw usage(
      `"${name}" has ${(bytes.length / mib).toFixed(0)} MiB, but a manifest of at most ${most / mib} MiB can be uploaded: ${advice}.`,
    );
  }
  return { name, kind: "file", bytes, contentType };
}

/** The content of a regular file; undefined if there is none that can be read, which is reported elsewhere. */
async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(file);
    try {
      return (await handle.stat()).isFile() ? await handle.readFile() : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
