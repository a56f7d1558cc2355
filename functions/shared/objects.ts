import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "./aws-client.ts";

/** JSON documents in the bucket. */
export interface JsonObjects {
  /** The parsed document; rejects with `ObjectNotFound` where there is none. */
  read(location: S3Location): Promise<unknown>;
  /** The bytes as they arrive; rejects with `ObjectNotFound` where there is none. */
  stream(location: S3Location): AsyncIterable<Uint8Array>;
  /** `metadata` travels with the object as `x-amz-meta-…`. */
  write(location: S3Location, text: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
}

/** A document that a workflow names is not there (any more). The name is what a Catch can match. */
export class ObjectNotFound extends Error {
  override readonly name = "ObjectNotFound";
  constructor({ bucket, key }: S3Location, options?: ErrorOptions) {
    super(`There is no object "s3://${bucket}/${key}": it was never written, or its retention is over.`, options);
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
