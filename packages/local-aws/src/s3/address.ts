import { invalid } from "./error.ts";

/** The target of a request: the service itself, a bucket, or an object. */
export interface Address {
  readonly bucket?: string;
  readonly key?: string;
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** AWS's rules for bucket names. They also exclude any name that could be a path outside a folder. */
export function isBucketName(name: string): boolean {
  return bucketName.test(name) && !name.includes("..");
}

/** Returns the bucket in a virtual-host style address: `bucket.localhost` or `bucket.s3.localhost`. */
export function bucketOfHost(hostname: string): string | undefined {
  return /^(.+?)(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost$/.exec(hostname)?.[1];
}

/** @throws AwsError "InvalidURI" "KeyTooLongError" */
export function addressOf(request: Request): Address {
  const url = new URL(request.url);
  const path = decode(url.pathname.slice(1));
  const hosted = bucketOfHost(url.hostname);
  if (hosted !== undefined) return path === "" ? { bucket: hosted } : { bucket: hosted, key: checkKey(path) };
  const slash = path.indexOf("/");
  if (slash < 0) return path === "" ? {} : { bucket: path };
  const [bucket, key] = [path.slice(0, slash), path.slice(slash + 1)];
  return key === "" ? { bucket } : { bucket, key: checkKey(key) };
}

/** A key is any string of at most 1,024 bytes. It is never used as a path, so nothing else is rejected. */
export function checkKey(key: string): string {
  if (key.length === 0) throw invalid("InvalidArgument", "A key must not be empty.");
  const bytes = Buffer.byteLength(key);
  if (bytes > 1_024) throw invalid("KeyTooLongError", `The key has ${bytes} bytes; 1,024 are allowed.`);
  return key;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("InvalidURI", `The path "${text}" is not valid percent-encoded UTF-8.`);
  }
}
