import pRetry from "p-retry";
import { mib } from "../../../contract/limits.ts";
import { ManifestChanged } from "../errors.ts";
import type { ObjectVersion, SourceObjects } from "./source-objects.ts";

/**
 * An object is read in pieces, so that S3 never waits for the reader and a lost connection costs one piece. Larger ones
 * would be tens of megabytes of garbage before V8 collects it.
 */
const pieceBytes = 2 * mib;

/** The bytes of one version of an object. @throws ManifestChanged if the object was replaced meanwhile. */
export async function* bytesOf(
  version: ObjectVersion,
  objects: Pick<SourceObjects, "read">,
): AsyncGenerator<Uint8Array> {
  for (let first = 0; first < version.bytes; first += pieceBytes) {
    const last = Math.min(first + pieceBytes, version.bytes) - 1;
    yield await pRetry(() => objects.read(version, first, last), { retries: 3, shouldRetry: isPassing }).catch(
      (error: unknown) => {
        throw statusOf(error) === 412 || statusOf(error) === 404 ? changed(version, error) : error;
      },
    );
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** Whether S3 was busy, or the connection was lost while the body arrived, which the SDK does not try again. */
function isPassing({ error }: { readonly error: unknown }): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500;
}

function changed({ location: { bucket, key } }: ObjectVersion, cause: unknown): ManifestChanged {
  const message = `The manifest "s3://${bucket}/${key}" was replaced or deleted while it was read: start another execution, and write a new manifest under a new key.`;
  return new ManifestChanged(message, { cause });
}
