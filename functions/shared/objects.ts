import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mib } from "../../contract/limits.ts";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "./aws-client.ts";

/** JSON documents in the bucket. */
export interface JsonObjects {
  /** Resolves with the parsed document; rejects with `ObjectNotFound` if it does not exist, or `StorageUnavailable`. */
  read(location: S3Location): Promise<unknown>;
  /** Streams the bytes; rejects with `ObjectNotFound` if the object does not exist, or `StorageUnavailable`. */
  stream(location: S3Location): AsyncIterable<Uint8Array>;
  /** `metadata` is stored with the object as `x-amz-meta-…`. Rejects with `StorageUnavailable`. */
  write(location: S3Location, text: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Writes pieces as they come, in parts of 8 MiB of which at most two are in memory. If the pieces end with an error,
   * nothing is left of the upload, and the promise rejects with that error.
   */
  upload(location: S3Location, pieces: AsyncIterable<Uint8Array>, options?: UploadOptions): Promise<void>;
}

export interface UploadOptions {
  /** @default application/json */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** S3 accepts 10,000 parts of at least 5 MiB (Amazon S3 quotas). */
const partBytes = 8 * mib;

/** A document that a workflow refers to does not exist (any more). A Catch can match the error by its name. */
export class ObjectNotFound extends Error {
  override readonly name = "ObjectNotFound";
  constructor({ bucket, key }: S3Location, options?: ErrorOptions) {
    super(`There is no object "s3://${bucket}/${key}": it was never written, or it has expired.`, options);
  }
}

/**
 * The bucket did not serve a request, after the retries of the SDK: S3 is limiting requests, failed, or the connection
 * broke. The workflow retries the whole call, which `Retry` matches by this name.
 */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
  constructor({ bucket, key }: S3Location, cause: unknown) {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    super(`S3 did not serve "s3://${bucket}/${key}" (${name}: ${message}).`, { cause });
  }
}

/** Names of errors that the SDK or Node gives to a connection that broke or never was. */
const lostConnections =
  /^(TimeoutError|AbortError|ECONNRESET|ECONNREFUSED|EPIPE|ENOTFOUND|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE)$/;

function asStorageError(error: unknown, location: S3Location): unknown {
  const {
    name = "",
    code = "",
    $metadata,
  } = error as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  const passing = status >= 500 || status === 429 || lostConnections.test(name) || lostConnections.test(code);
  return passing ? new StorageUnavailable(location, error) : error;
}

export function jsonObjects(client = new S3Client(clientOptions({ requestMs: 20_000 }))): JsonObjects {
  const get = async (location: S3Location) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: location.bucket, Key: location.key }));
      if (Body === undefined) throw new ObjectNotFound(location);
      return Body;
    } catch (error) {
      if (error instanceof Error && error.name === "NoSuchKey") throw new ObjectNotFound(location, { cause: error });
      throw asStorageError(error, location);
    }
  };
  return {
    async read(location) {
      const body = await get(location);
      const text = await body.transformToString("utf-8").catch((error: unknown) => {
        throw asStorageError(error, location);
      });
      return JSON.parse(text);
    },
    async *stream(location) {
      const body = (await get(location)) as AsyncIterable<Uint8Array>;
      try {
        yield* body;
      } catch (error) {
        throw asStorageError(error, location);
      }
    },
    async write(location, text, metadata) {
      const command = new PutObjectCommand({
        Bucket: location.bucket,
        Key: location.key,
        Body: text,
        ContentType: "application/json",
        ...(metadata && { Metadata: { ...metadata } }),
      });
      await client.send(command).catch((error: unknown) => {
        throw asStorageError(error, location);
      });
    },
    async upload({ bucket, key }, pieces, { contentType = "application/json", metadata } = {}) {
      const { Upload } = await import("@aws-sdk/lib-storage");
      const params = {
        Bucket: bucket,
        Key: key,
        Body: Readable.from(pieces, { objectMode: false }),
        ContentType: contentType,
        ...(metadata && { Metadata: { ...metadata } }),
      };
      await new Upload({ client, params, partSize: partBytes, queueSize: 2 }).done();
    },
  };
}
