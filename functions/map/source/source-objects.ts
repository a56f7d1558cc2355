import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../../../contract/workflow.ts";
import { clientOptions } from "../../shared/aws-client.ts";
import { asStorageError } from "../../shared/storage-error.ts";

/** An object at one version. */
export interface ObjectVersion {
  readonly location: S3Location;
  readonly etag: string;
  readonly bytes: number;
}

/** What `map` reads of the buckets with images. Rejects with `StorageUnavailable`, or with the errors of the AWS SDK. */
export interface SourceObjects {
  /** Pages of keys that begin with the location's key, in S3's order. */
  keys(location: S3Location): AsyncIterable<readonly string[]>;
  find(location: S3Location): Promise<ObjectVersion>;
  /** The bytes from `first` to `last`, inclusive, of exactly this version. */
  read(version: ObjectVersion, first: number, last: number): Promise<Uint8Array>;
}

export function sourceObjects(
  // Image buckets may be in other regions; S3 then returns the region, and the client sends the request there.
  client = new S3Client({ ...clientOptions({ requestMs: 20_000, attempts: 5 }), followRegionRedirects: true }),
): SourceObjects {
  return {
    async *keys(location) {
      const pages = paginateListObjectsV2({ client }, { Bucket: location.bucket, Prefix: location.key });
      try {
        for await (const { Contents = [] } of pages) yield Contents.flatMap(({ Key }) => Key ?? []);
      } catch (error) {
        throw asStorageError(error, location);
      }
    },
    async find(location) {
      const { bucket, key } = location;
      const found = client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const { ETag = "", ContentLength = 0 } = await named(found, location);
      return { location, etag: ETag, bytes: ContentLength };
    },
    async read({ location, etag }, first, last) {
      const range = { Range: `bytes=${first}-${last}`, IfMatch: etag };
      const found = client.send(new GetObjectCommand({ Bucket: location.bucket, Key: location.key, ...range }));
      const { Body } = await named(found, location);
      return (await named(Body?.transformToByteArray(), location)) ?? new Uint8Array();
    },
  };
}

async function named<T>(response: T, location: S3Location): Promise<Awaited<T>> {
  try {
    return await response;
  } catch (error) {
    throw asStorageError(error, location);
  }
}
