import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
} from "@aws-sdk/client-s3";
import { s3 } from "../moto.ts";
import { convert, needed } from "../values.ts";
import { bucketPolicies } from "./bucket-policies.ts";
import type { Live } from "./read.ts";

/** Keys as the provider writes them: `AllowedOrigins` becomes `allowedOrigins`, and `ID` becomes `id`. */
const camel = (value: unknown): unknown =>
  convert(value, (key) => (key === "ID" ? "id" : key.charAt(0).toLowerCase() + key.slice(1)));

const bucketOf = (state: Parameters<Live>[1]) => ({ Bucket: needed(state, "bucket") });

const corsRules: Live = async (_id, state) => ({
  corsRules: camel((await s3.send(new GetBucketCorsCommand(bucketOf(state)))).CORSRules ?? []),
});

const lifecycleRules = async (state: Parameters<Live>[1]): Promise<unknown> =>
  camel((await s3.send(new GetBucketLifecycleConfigurationCommand(bucketOf(state)))).Rules ?? []);

export const liveBuckets: Readonly<Record<string, Live>> = {
  "aws:s3/bucket:Bucket": async (id) => {
    await s3.send(new HeadBucketCommand({ Bucket: id }));
    return { policy: bucketPolicies.get(id) ?? "" };
  },
  "aws:s3/bucketPolicy:BucketPolicy": async (_id, state) => {
    const policy = bucketPolicies.get(needed(state, "bucket"));
    return policy === undefined ? undefined : { policy };
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": corsRules,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": async (_id, state) => ({
    rules: await lifecycleRules(state),
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": async (_id, state) => {
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand(bucketOf(state)));
    return { rule: camel(OwnershipControls?.Rules?.[0]) };
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": async (_id, state) => {
    const found = await s3.send(new GetPublicAccessBlockCommand(bucketOf(state)));
    return camel(found.PublicAccessBlockConfiguration) as Record<string, unknown>;
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": async (id, state) => {
    const { ContentType } = await s3.send(new HeadObjectCommand({ ...bucketOf(state), Key: id }));
    return { contentType: ContentType };
  },
};
