import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "./aws-client.ts";

/** JSON documents in the bucket. */
export interface JsonObjects {
  /** Resolves with the parsed document; rejects with `ObjectNotFound` if it does not exist. */
  read(location: S3Location): Promise<unknown>;
  /** Streams the bytes; rejects with `ObjectNotFound` if the object does not exist. */
  stream(location: S3Location): AsyncIterable<Uint8Array>;
  /** `metadata` is stored with the object as `x-amz-meta-…`. */
  write(location: S3Location, text: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
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
      throw error;
    }
  };
  return {
    async read(location) {
      return JSON.parse(await (await get(location)).transformToString("utf-8"));
    },
    async *stream(location) {
      yield* (await get(location)) as AsyncIterable<Uint8Array>;
    },
    async write({ bucket, key }, text, metadata) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: "application/json",
          ...(metadata && { Metadata: { ...metadata } }),
        }),
      );
    },
  };
}
