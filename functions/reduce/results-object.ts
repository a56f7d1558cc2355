import { Readable } from "node:stream";
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "../shared/aws-client.ts";

/** Writes objects of any size in bounded memory. */
export interface ResultsObjects {
  /**
   * Writes the texts one after the other as one object: a small one at once, a large one as a multipart upload, of
   * which nothing is left if it fails. `metadata` is stored with the object as `x-amz-meta-…`.
   */
  write(
    location: S3Location,
    texts: Iterable<Uint8Array>,
    about: { readonly contentType: string; readonly metadata: Readonly<Record<string, string>> },
  ): Promise<void>;
  /** Ends what a killed call left of its upload of the same object. */
  abortUnfinished(location: S3Location): Promise<void>;
}

export function resultsObjects(client = new S3Client(clientOptions({ requestMs: 20_000 }))): ResultsObjects {
  const abortUnfinished = async ({ bucket: Bucket, key: Key }: S3Location): Promise<void> => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    for (const { Key: found, UploadId } of Uploads) {
      if (found === Key) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  };
  return {
    abortUnfinished,
    async write(location, texts, { contentType, metadata }) {
      const upload = new Upload({
        client,
        // One part in memory, and one on its way.
        queueSize: 1,
        params: {
          Bucket: location.bucket,
          Key: location.key,
          Body: Readable.from(texts),
          ContentType: contentType,
          Metadata: { ...metadata },
        },
      });
      try {
        await upload.done();
      } catch (error) {
        // The library aborts an upload whose part fails, but not one that cannot be completed.
        if (upload.uploadId !== undefined) await abortUnfinished(location).catch(() => undefined);
        throw error;
      }
    },
  };
}
