import { invalid } from "../error.ts";
import type { Incoming } from "../store/blob.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { type Checksum, checksumOf, isChecksumName } from "./checksum.ts";

/** Limit for bodies of XML requests. They are lists of at most a thousand keys or ten thousand parts. */
const maxXmlBytes = 2 * 1024 ** 2;

/** Decodes the body of an upload as SDKs send it: plain, or aws-chunked with the checksum in a trailer. */
export function incomingOf(request: Request): Incoming {
  const header = (name: string): string | null => request.headers.get(name);
  const content = header("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  const chunked = content.startsWith("STREAMING-") || /\baws-chunked\b/.test(header("content-encoding") ?? "");
  const trailers = new Map<string, string>();
  const raw = bytesOf(request);
  const length = header(chunked ? "x-amz-decoded-content-length" : "content-length");
  const md5 = header("content-md5");
  const declared = checksumOf(header);
  const trailer = header("x-amz-trailer")?.toLowerCase().replace("x-amz-checksum-", "");
  const checksumName = declared?.name ?? (trailer !== undefined && isChecksumName(trailer) ? trailer : undefined);
  return {
    bytes: chunked ? decodeAwsChunked(raw, (name, value) => trailers.set(name, value)) : raw,
    ...(length === null ? {} : { length: wholeNumber(length) }),
    ...(md5 === null ? {} : { md5 }),
    ...(/^[0-9a-f]{64}$/.test(content) ? { sha256: content } : {}),
    checksumName: checksumName ?? "crc64nvme",
    checksum: (): Checksum | undefined => declared ?? checksumOf((name) => trailers.get(name)),
  };
}

/** Reads the text of an XML request. @throws AwsError "MaxMessageLengthExceeded" */
export async function xmlTextOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incomingOf(request).bytes) {
    size += chunk.length;
    if (size > maxXmlBytes)
      throw invalid("MaxMessageLengthExceeded", `The request has more than ${maxXmlBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Reads the body of a request in chunks. */
export async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.releaseLock();
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalid("InvalidArgument", `"${text}" is not a length.`);
  return Number(text);
}
