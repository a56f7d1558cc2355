import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { mib } from "../../contract/limits.ts";
import type { S3Location } from "../../contract/workflow.ts";

export interface UploadOptions {
  /** @default application/json */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** S3 accepts 10,000 parts of at least 5 MiB (Amazon S3 quotas). */
const partBytes = 5 * mib;

/**
 * Writes pieces one after the other as one object: a small one at once, a larger one in parts, of which one is in memory
 * and one on its way. Nothing is left of an upload that fails; what a killed call left of its upload of the same object is
 * ended first. Throws the errors of the SDK and of the pieces.
 */
export async function uploadObject(
  client: S3Client,
  location: S3Location,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { contentType = "application/json", metadata = {} }: UploadOptions = {},
): Promise<void> {
  const all = iterate(pieces);
  try {
    await uploadPieces(client, location, all, { contentType, metadata });
  } finally {
    // Otherwise what the pieces are read from would stay open. It is not awaited, because a read may be pending.
    all.return(undefined).catch(() => undefined);
  }
}

async function uploadPieces(
  client: S3Client,
  location: S3Location,
  all: AsyncGenerator<Uint8Array>,
  { contentType, metadata }: Required<UploadOptions>,
): Promise<void> {
  const first: Uint8Array[] = [];
  let [bytes, ended] = [0, false];
  while (!ended && bytes <= partBytes) {
    const { value, done } = await all.next();
    if (done) ended = true;
    else {
      first.push(value);
      bytes += value.length;
    }
  }
  const params = {
    Bucket: location.bucket,
    Key: location.key,
    ContentType: contentType,
    Metadata: { ...metadata },
  };
  if (ended) {
    await client.send(new PutObjectCommand({ ...params, Body: Buffer.concat(first) }));
    return;
  }
  await abortUnfinished(client, location);
  const Body = Readable.from(joined(first, all), { objectMode: false });
  const upload = new Upload({ client, params: { ...params, Body }, partSize: partBytes, queueSize: 1 });
  try {
    await upload.done();
  } catch (error) {
    // The library aborts an upload whose part fails, but not one that cannot be completed.
    if (upload.uploadId !== undefined) await abort(client, location, upload.uploadId).catch(() => undefined);
    throw error;
  } finally {
    Body.destroy();
  }
}

async function* iterate(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Each of the first pieces is forgotten once it was read. */
async function* joined(first: Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let piece = first.shift(); piece !== undefined; piece = first.shift()) yield piece;
  yield* rest;
}

async function abortUnfinished(client: S3Client, location: S3Location): Promise<void> {
  const { bucket: Bucket, key } = location;
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: key }));
  for (const { Key, UploadId } of Uploads) {
    if (Key === key && UploadId !== undefined) await abort(client, location, UploadId);
  }
}

async function abort(client: S3Client, { bucket: Bucket, key: Key }: S3Location, UploadId: string): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  } catch (error) {
    // Another call has ended it.
    if (!(error instanceof Error && error.name === "NoSuchUpload")) throw error;
  }
}
