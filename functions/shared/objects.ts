import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "./aws-client.ts";
import type { UploadOptions } from "./object-upload.ts";
import { asStorageError } from "./storage-error.ts";

/** JSON documents in the bucket. */
export interface JsonObjects {
  /** Resolves with the parsed document; rejects with `ObjectNotFound` if it does not exist, or `StorageUnavailable`. */
  read(location: S3Location): Promise<unknown>;
  /** Streams the bytes; rejects with `ObjectNotFound` if the object does not exist, or `StorageUnavailable`. */
  stream(location: S3Location): AsyncIterable<Uint8Array>;
  /** `metadata` is stored with the object as `x-amz-meta-…`. Rejects with `StorageUnavailable`. */
  write(location: S3Location, text: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Writes pieces as they come, in bounded memory. Rejects with `StorageUnavailable`, or with the error with which the
   * pieces end; nothing is left of the upload then.
   */
  upload(
    location: S3Location,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: UploadOptions,
  ): Promise<void>;
}

/** A document that a workflow refers to does not exist (any more). A Catch can match the error by its name. */
export class ObjectNotFound extends Error {
  override readonly name = "ObjectNotFound";
  constructor({ bucket, key }: S3Location, options?: ErrorOptions) {
    super(`There is no object "s3://${bucket}/${key}": it was never written, or it has expired.`, options);
  }
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
    async upload(location, pieces, options) {
      // Most functions never write a large object.
      const { uploadObject } = await import("./object-upload.ts");
      await uploadObject(client, location, pieces, options).catch((error: unknown) => {
        throw asStorageError(error, location);
      });
    },
  };
}
