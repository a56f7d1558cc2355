import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { apiLimits } from "../../contract/limits.ts";
import { encodeName, uploadNameKey } from "../../contract/upload-name.ts";
import type { S3Location } from "../../contract/workflow.ts";
import { clientOptions } from "../shared/aws-client.ts";

/** Signs what a client without credentials may do in the bucket for a few minutes. */
export interface Signing {
  /** A URL to download the object. */
  download(location: S3Location): Promise<string>;
  /** A form to upload one object of this type with at most `bytes` bytes and, as its metadata, this name. */
  upload(location: S3Location, bounds: UploadBounds): Promise<{ url: string; fields: Record<string, string> }>;
}

export interface UploadBounds {
  readonly contentType: string;
  readonly bytes: number;
  readonly name?: string;
}

export function signing(client = new S3Client(clientOptions())): Signing {
  const seconds = apiLimits.presignSeconds;
  return {
    download: ({ bucket, key }) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds }),
    upload: ({ bucket, key }, { contentType, bytes, name }) =>
      createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Fields: {
          "Content-Type": contentType,
          ...(name !== undefined && { [`x-amz-meta-${uploadNameKey}`]: encodeName(name) }),
        },
        Conditions: [["content-length-range", 1, bytes]],
        Expires: seconds,
      }),
  };
}
