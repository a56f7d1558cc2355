import type { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { awakeTimeout } from "../../shared/awake-timeout.ts";
import { ImageError } from "../image-error.ts";
import { checkLength, discard, readBody } from "./body.ts";

export interface ObjectRules {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Aborts the fetch, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Created for the first object, so that a batch of web images does not load the SDK. */
let client: S3Client | undefined;

/** Fetches an object. @throws ImageError */
export async function fetchS3(bucket: string, key: string, rules: ObjectRules): Promise<Buffer> {
  const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  // Image buckets may be in other regions; S3 then returns the region, and the client sends the request there.
  client ??= new S3Client({ maxAttempts: 3, followRegionRedirects: true });
  const timeout = awakeTimeout(rules.timeoutMs);
  const abortSignal = rules.signal ? AbortSignal.any([timeout.signal, rules.signal]) : timeout.signal;
  const began = performance.now();
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
    const body = answer.Body as Readable | undefined;
    if (!body) throw new ImageError("UpstreamError", `S3 sent no body for "s3://${bucket}/${key}".`);
    abortSignal.addEventListener("abort", () => body.destroy(abortSignal.reason), { once: true });
    if ((answer.ContentLength ?? 0) > rules.maxBytes) discard(body);
    checkLength(answer.ContentLength ?? 0, rules.maxBytes);
    return await readBody(body, rules.maxBytes, answer.ContentEncoding);
  } catch (error) {
    rules.signal?.throwIfAborted();
    throw asImageError(error, `s3://${bucket}/${key}`, performance.now() - began);
  } finally {
    timeout.stop();
  }
}

function asImageError(error: unknown, object: string, passedMs: number): ImageError {
  if (error instanceof ImageError) return error;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const make = (code: ConstructorParameters<typeof ImageError>[0], sentence: string, passing = false) =>
    new ImageError(code, sentence, { cause: error, again: passing ? { afterMs: 0 } : undefined });
  if (name === "NoSuchKey" || name === "NoSuchBucket" || status === 404) {
    return make("ImageNotFound", `There is no object "${object}".`);
  }
  if (status === 403) return make("AccessDenied", `S3 denies access to "${object}" (${name}).`);
  if (name === "SlowDown" || status === 429)
    return make("TooManyRequests", "S3 is limiting requests: try again later.", true);
  if (name === "TimeoutError" || name === "AbortError") {
    return make("FetchTimeout", `S3 did not send "${object}" within ${Math.round(passedMs)} ms.`, true);
  }
  if (status !== undefined)
    return make("UpstreamError", `S3 responded with ${status} for "${object}" (${name}).`, status >= 500);
  return make("ConnectionFailed", `The connection to S3 failed (${message}).`, true);
}
