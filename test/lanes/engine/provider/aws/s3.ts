import { readFileSync } from "node:fs";
import {
  type BucketLifecycleConfiguration,
  type CORSRule,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type OwnershipControls,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Handler, Properties } from "../handler.ts";
import { bucketPolicies } from "../live/bucket-policies.ts";
import { region, s3, verifier } from "../moto.ts";
import { convert, found, needed, pascal, shape, text } from "../values.ts";

/** A setting of a bucket: it is written on create and update, and is deleted with its bucket. */
function setting(put: (Bucket: string, inputs: Properties) => Promise<unknown>): Handler {
  return {
    verifier,
    replaces: ["bucket"],
    async create(inputs) {
      const bucket = needed(inputs, "bucket");
      await put(bucket, inputs);
      return { id: bucket, outputs: {} };
    },
    async update(_id, inputs) {
      await put(needed(inputs, "bucket"), inputs);
      return {};
    },
    exists: (id) => found(s3.send(new HeadBucketCommand({ Bucket: id }))),
  };
}

/** The XML protocol writes these names in capitals, unlike the provider. */
const s3Names = (key: string): string =>
  key === "id"
    ? "ID"
    : key === "kmsMasterKeyId"
      ? "KMSMasterKeyID"
      : pascalKey(key.replace(/^applyServerSideEncryptionByDefaults?$/, "applyServerSideEncryptionByDefault"));
const pascalKey = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

const bucket: Handler = {
  verifier,
  autoName: "bucket",
  replaces: ["bucket"],
  async create(inputs) {
    const Bucket = needed(inputs, "bucket");
    await s3.send(new CreateBucketCommand({ Bucket }));
    const host = `${Bucket}.s3.amazonaws.com`;
    const outputs = {
      arn: `arn:aws:s3:::${Bucket}`,
      bucketDomainName: host,
      bucketRegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
      bucketRegion: region,
      tagsAll: inputs["tags"] ?? {},
    };
    return { id: Bucket, outputs };
  },
  update: async () => ({}),
  exists: (id) => found(s3.send(new HeadBucketCommand({ Bucket: id }))),
  async delete(id, state) {
    if (state["forceDestroy"] === true) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: id }));
      for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
        await s3.send(new DeleteObjectCommand({ Bucket: id, Key, VersionId }));
      }
    }
    await s3.send(new DeleteBucketCommand({ Bucket: id }));
  },
};

const object: Handler = {
  verifier,
  replaces: ["bucket", "key"],
  async create(inputs) {
    const [Bucket, Key] = [needed(inputs, "bucket"), needed(inputs, "key")];
    await putObject(Bucket, Key, inputs);
    return { id: Key, outputs: { arn: `arn:aws:s3:::${Bucket}/${Key}` } };
  },
  async update(_id, inputs) {
    await putObject(needed(inputs, "bucket"), needed(inputs, "key"), inputs);
    return {};
  },
  exists: (id, state) => found(s3.send(new HeadObjectCommand({ Bucket: needed(state, "bucket"), Key: id }))),
  async delete(id, state) {
    await s3.send(new DeleteObjectCommand({ Bucket: needed(state, "bucket"), Key: id }));
  },
};

async function putObject(Bucket: string, Key: string, inputs: Properties): Promise<void> {
  const asset = shape<{ path?: string; text?: string }>(inputs, "source");
  const Body = asset?.path ? readFileSync(asset.path) : (asset?.text ?? text(inputs, "content") ?? "");
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: text(inputs, "contentType") }));
}

export const s3Handlers: Readonly<Record<string, Handler>> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting((Bucket, inputs) =>
    s3.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs["blockPublicAcls"] === true,
          BlockPublicPolicy: inputs["blockPublicPolicy"] === true,
          IgnorePublicAcls: inputs["ignorePublicAcls"] === true,
          RestrictPublicBuckets: inputs["restrictPublicBuckets"] === true,
        },
      }),
    ),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting((Bucket, inputs) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: convert(inputs["rules"], (key) =>
            key === "sseAlgorithm" ? "SSEAlgorithm" : s3Names(key),
          ) as ServerSideEncryptionRule[],
        },
      }),
    ),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting((Bucket, inputs) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [pascal(inputs["rule"])] } as OwnershipControls,
      }),
    ),
  ),
  "aws:s3/bucketVersioning:BucketVersioning": setting((Bucket, inputs) =>
    s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: pascal(inputs["versioningConfiguration"]) }),
    ),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting((Bucket, inputs) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: convert(inputs["rules"], s3Names) } as BucketLifecycleConfiguration,
      }),
    ),
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": setting((Bucket, inputs) =>
    s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: { CORSRules: convert(inputs["corsRules"], s3Names) as CORSRule[] },
      }),
    ),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting(async (Bucket, inputs) => {
    const Policy = needed(inputs, "policy");
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    // moto has verified it, and must not apply it: it would refuse every later call.
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    bucketPolicies.set(Bucket, Policy);
  }),
};
