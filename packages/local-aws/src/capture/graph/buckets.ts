import path from "node:path";
import type { BucketObjectResource, BucketResource, CapturedResource } from "../../graph.ts";
import { ofType } from "./reader.ts";

type Properties = Readonly<Record<string, unknown>>;
const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

/** Reads the buckets, including their settings that are declared as separate resources. */
export function bucketsOf(resources: readonly CapturedResource[]): readonly BucketResource[] {
  return ofType(resources, "aws:s3/bucket:Bucket").map((bucket) => {
    const name = bucket.text("bucket");
    const settings = (type: string) => ofType(resources, type).filter((each) => each.text("bucket") === name);
    const cors = settings("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration");
    const lifecycle = settings("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    const [policy] = settings("aws:s3/bucketPolicy:BucketPolicy");
    return {
      name,
      arn: bucket.text("arn"),
      cors: cors.flatMap((each) => each.objects("corsRules")).map(corsOf),
      expirations: lifecycle.flatMap((each) => each.objects("rules")).flatMap(expirationOf),
      ...(policy && { policy: policy.policy("policy") }),
    };
  });
}

function corsOf(rule: Properties): BucketResource["cors"][number] {
  return {
    allowedOrigins: list(rule["allowedOrigins"]),
    allowedMethods: list(rule["allowedMethods"]),
    allowedHeaders: list(rule["allowedHeaders"]),
    exposeHeaders: list(rule["exposeHeaders"]),
  };
}

function expirationOf({ status, filter, expiration }: Properties): BucketResource["expirations"] {
  const { days } = (expiration ?? {}) as { days?: number };
  const { prefix = "" } = (filter ?? {}) as { prefix?: string };
  return status === "Enabled" && days !== undefined ? [{ prefix, days }] : [];
}

export function objectsOf(root: string, resources: readonly CapturedResource[]): readonly BucketObjectResource[] {
  return ofType(resources, "aws:s3/bucketObjectv2:BucketObjectv2").map((object) => {
    const { file } = object.object("source") as { file?: string };
    const contentType = object.get("contentType");
    return {
      bucket: object.text("bucket"),
      key: object.text("key"),
      source: file === undefined ? { content: object.text("content") } : { file: path.resolve(root, file) },
      ...(typeof contentType === "string" && { contentType }),
    };
  });
}
