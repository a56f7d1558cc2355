import { partition, physicalName, required } from "../identity.ts";
import { type Providers, settingOf } from "./provider.ts";

export const s3Providers: Providers = {
  "aws:s3/bucket:Bucket": (registration) => {
    const name = physicalName(registration, "bucket");
    const { region } = registration.identity;
    const outputs = {
      bucket: name,
      arn: `arn:${partition}:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      region,
    };
    return { id: name, outputs };
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": (registration) => {
    const [bucket, key] = [required(registration, "bucket"), required(registration, "key")];
    return { id: `${bucket}/${key}`, outputs: { arn: `arn:${partition}:s3:::${bucket}/${key}` } };
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": settingOf("bucket"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": settingOf("bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": settingOf("bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": settingOf("bucket"),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": settingOf("bucket"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": settingOf("bucket"),
};
