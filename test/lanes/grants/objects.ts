import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type OperatedService, operatorOf } from "../support/operator.ts";

/** Begins an upload that is never completed, as a killed call does; the result lists those that are left of the key. */
export async function beginUpload(service: OperatedService, Bucket: string, Key: string) {
  const client = new S3Client({ ...operatorOf(service), forcePathStyle: true });
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return async (): Promise<readonly (string | undefined)[]> => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    client.destroy();
    return Uploads.map(({ UploadId }) => UploadId);
  };
}

/** Deletes an object, as the bucket's rules do after some days. */
export async function deleteObject(service: OperatedService, Bucket: string, Key: string): Promise<void> {
  const client = new S3Client({ ...operatorOf(service), forcePathStyle: true });
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
}
