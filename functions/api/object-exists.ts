import { HeadObjectCommand, NotFound, S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "../shared/aws-client.ts";

/** Whether there is an object. The role needs ListBucket: without it, a missing object is "access denied". */
export function objectExists(client = new S3Client(clientOptions())) {
  return async ({ bucket: Bucket, key: Key }: S3Location): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand({ Bucket, Key }));
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  };
}
