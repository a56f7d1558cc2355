import type { S3Location } from "../../contract/workflow.ts";

/**
 * The bucket did not serve a request, after the retries of the SDK: S3 is limiting requests, failed, or the connection
 * broke. The workflow retries the whole call, which `Retry` matches by this name.
 */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
  constructor({ bucket, key }: S3Location, cause: unknown) {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    super(`S3 did not serve "s3://${bucket}/${key}" (${name}: ${message}).`, { cause });
  }
}

/** Names of errors that the SDK, Node or S3 gives to a connection that broke or never was. */
const lostConnections =
  /^(TimeoutError|RequestTimeout|AbortError|ECONNRESET|ECONNREFUSED|EPIPE|ENOTFOUND|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE)$/;

/** `StorageUnavailable` for an error that may pass; any other error as it is. */
export function asStorageError(error: unknown, location: S3Location): unknown {
  const {
    name = "",
    code = "",
    $metadata,
  } = error as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  const passing = status >= 500 || status === 429 || lostConnections.test(name) || lostConnections.test(code);
  return passing ? new StorageUnavailable(location, error) : error;
}
