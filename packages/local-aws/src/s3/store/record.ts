import { invalid } from "../error.ts";
import type { Checksum } from "../request/checksum.ts";

/** The metadata of an object, stored as JSON in a separate file. */
export interface ObjectRecord {
  readonly key: string;
  /** File name under `blobs/`. */
  readonly blob: string;
  readonly size: number;
  /** Without quotes: the MD5 in hex, or `MD5-PARTS` for a multipart upload. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** Headers stored as sent: content-type, cache-control, … and x-amz-meta-…. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

const keptHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
] as const;

/** Checks that HTTP can transport a value in a header. @throws AwsError "InvalidArgument" */
export function headerValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw invalid("InvalidArgument", `The value of "${name}" has characters that a header cannot carry.`);
}

/** Selects the headers of an upload that S3 stores and returns. @throws AwsError "InvalidArgument" */
export function keptHeadersOf(headers: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const [rawName, raw] of headers) {
    const name = rawName.toLowerCase();
    const value = isKept(name) ? headerValue(name, raw) : raw;
    if (name === "content-encoding") {
      const own = value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "aws-chunked" && part !== "")
        .join(",");
      if (own !== "") kept[name] = own;
    } else if (isKept(name)) {
      kept[name] = value;
    }
  }
  return kept;
}

function isKept(name: string): boolean {
  // A form field may have any name, but a header may not.
  return (keptHeaders as readonly string[]).includes(name) || /^x-amz-meta-[\w.!#$%&'*+^`|~-]+$/.test(name);
}

/** Headers of a response that describes the whole object. */
export function describe(record: ObjectRecord): Headers {
  const headers = new Headers(record.headers);
  headers.set("etag", `"${record.etag}"`);
  headers.set("last-modified", new Date(record.lastModified).toUTCString());
  headers.set("accept-ranges", "bytes");
  headers.set("content-length", String(record.size));
  return headers;
}
