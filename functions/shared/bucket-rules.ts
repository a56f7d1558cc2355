import type { ImageSource } from "../../contract/request.ts";
import { prefixes } from "../../contract/workflow.ts";

/** The buckets that this stack may read. */
export interface BucketRules {
  /** The stack's bucket, of which only `uploads/` and `samples/` may be read. */
  readonly ownBucket: string;
  /** Additional buckets, of which every key may be read. */
  readonly imageBuckets: readonly string[];
}

/** Prefixes of the stack's bucket that may contain images and manifests. */
export const readablePrefixes: readonly string[] = [prefixes.uploads, prefixes.samples];

/** The reason why a request may not use its prefix or manifest; undefined if it may. */
export function refusalOf(source: ImageSource, { ownBucket, imageBuckets }: BucketRules): string | undefined {
  if (source.kind === "list") return undefined;
  const { bucket, key } = source.location;
  if (key.split("/").some((segment) => segment === "." || segment === "..")) {
    return `The key "${key}" has "." or ".." between slashes, which programs on the way to S3 may resolve to another key: use another key.`;
  }
  if (bucket !== ownBucket) {
    if (imageBuckets.includes(bucket)) return undefined;
    return `The bucket "${bucket}" is not one of this stack's image buckets: add it to the setting "imageBuckets".`;
  }
  if (source.kind === "manifest") {
    if (readablePrefixes.some((prefix) => key.startsWith(prefix))) return undefined;
    return `In the bucket "${bucket}", only "${readablePrefixes.join('" and "')}" may contain a manifest.`;
  }
  if (key.startsWith(prefixes.samples)) return undefined;
  return `In the bucket "${bucket}", a prefix must begin with "${prefixes.samples}": "${prefixes.uploads}" contains the images of every user.`;
}
