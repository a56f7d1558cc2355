import { apiLimits } from "../../../contract/limits.ts";
import { type BucketRules, readablePrefixes } from "../../shared/bucket-rules.ts";
import { isBlockedPort } from "../../shared/hosts/ports.ts";
import { ImageError } from "../image-error.ts";

/** The location of an image: a web address, or an object in a bucket that this stack may read. */
export type ImageSource =
  | { readonly kind: "http"; readonly url: URL }
  | { readonly kind: "s3"; readonly bucket: string; readonly key: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that URL parsers silently drop.
const ambiguous = /[\u0000-\u0020\u007f\\]/;
const s3Form = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;

/**
 * Reads an image reference.
 * @throws ImageError "InvalidImageReference", "HostNotAllowed" (a bucket or prefix that this stack may not read)
 */
export function readReference(text: string, rules: BucketRules): ImageSource {
  if (text.length > apiLimits.imageReferenceLength) {
    throw invalid(`it has more than ${apiLimits.imageReferenceLength} characters: put the image into a bucket`);
  }
  if (/^s3:/i.test(text)) return readS3(text, rules);
  if (ambiguous.test(text)) {
    throw invalid("it has a space, a control character or a backslash: percent-encode them");
  }
  if (!URL.canParse(text)) throw invalid('it is not an absolute URL: write "https://…", "http://…" or "s3://…"');
  return { kind: "http", url: checkUrl(new URL(text)) };
}

/**
 * The rules for a web address, the first one and each redirect.
 * @throws ImageError "InvalidImageReference", "HostNotAllowed"
 */
export function checkUrl(url: URL): URL {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw invalid(`its scheme is "${url.protocol.slice(0, -1)}": only http, https and s3 are fetched`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("it contains credentials: sign the URL, or put the image into a bucket");
  }
  if (isBlockedPort(url)) {
    throw new ImageError(
      "HostNotAllowed",
      `The port ${url.port} belongs to another protocol: browsers do not connect to it either.`,
    );
  }
  return url;
}

function readS3(text: string, rules: BucketRules): ImageSource {
  const [, bucket, key] = s3Form.exec(text) ?? [];
  if (!bucket || !key) throw invalid('an object is written "s3://bucket/key"');
  // S3 accepts such keys, but software on the way to it may normalise paths.
  if (key.split("/").some((part) => part === "." || part === "..")) throw invalid('its key has a "." or ".." segment');
  if (bucket === rules.ownBucket && readablePrefixes.some((prefix) => key.startsWith(prefix)))
    return { kind: "s3", bucket, key };
  if (bucket !== rules.ownBucket && rules.imageBuckets.includes(bucket)) return { kind: "s3", bucket, key };
  throw new ImageError(
    "HostNotAllowed",
    bucket === rules.ownBucket
      ? `In the bucket "${bucket}", only "${readablePrefixes.join('" and "')}" may contain images.`
      : `The bucket "${bucket}" is not one of this stack's image buckets (setting "imageBuckets").`,
  );
}

function invalid(why: string): ImageError {
  return new ImageError("InvalidImageReference", `The image reference cannot be used: ${why}.`);
}
