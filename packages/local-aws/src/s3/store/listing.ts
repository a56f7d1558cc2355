import { invalid, xmlResponse } from "../error.ts";
import type { ObjectRecord } from "./record.ts";

const maxPage = 1_000;

/** A page of a listing: objects, and the common prefixes that a delimiter groups keys into. */
interface Page {
  readonly contents: readonly ObjectRecord[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of this page; absent on the last page. */
  readonly next?: string;
}

/** ListObjectsV2 over all records of a bucket, sorted by key. */
export function listObjectsV2(bucket: string, records: readonly ObjectRecord[], query: URLSearchParams): Response {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const maxKeys = pageSize(query.get("max-keys"));
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const page = pageOf(records, {
    prefix,
    delimiter,
    maxKeys,
    after: token === null ? (startAfter ?? "") : open(token),
  });
  const { url, name } = encoderOf(query);
  return xmlResponse("ListBucketResult", {
    Name: bucket,
    Prefix: name(prefix),
    ...(delimiter === "" ? {} : { Delimiter: name(delimiter) }),
    ...(startAfter === null ? {} : { StartAfter: name(startAfter) }),
    ...(url ? { EncodingType: "url" } : {}),
    KeyCount: page.contents.length + page.prefixes.length,
    MaxKeys: maxKeys,
    IsTruncated: page.next !== undefined,
    ...(token === null ? {} : { ContinuationToken: token }),
    ...(page.next === undefined ? {} : { NextContinuationToken: seal(page.next) }),
    ...entries(page, name, query.get("fetch-owner") === "true" ? owner : {}),
  });
}

/** ListObjects, the first version: it continues after the last key instead of using a token. */
export function listObjects(bucket: string, records: readonly ObjectRecord[], query: URLSearchParams): Response {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const marker = query.get("marker") ?? "";
  const maxKeys = pageSize(query.get("max-keys"));
  const page = pageOf(records, { prefix, delimiter, maxKeys, after: marker });
  const { url, name } = encoderOf(query);
  return xmlResponse("ListBucketResult", {
    Name: bucket,
    Prefix: name(prefix),
    Marker: name(marker),
    ...(delimiter === "" ? {} : { Delimiter: name(delimiter) }),
    ...(url ? { EncodingType: "url" } : {}),
    MaxKeys: maxKeys,
    IsTruncated: page.next !== undefined,
    // As on AWS, NextMarker is present only with a delimiter; otherwise the last key is the next marker.
    ...(page.next === undefined || delimiter === "" ? {} : { NextMarker: name(page.next) }),
    ...entries(page, name, owner),
  });
}

/** Formats keys for the response: percent-encoded if the request asks for it. */
function encoderOf(query: URLSearchParams): { readonly url: boolean; readonly name: (text: string) => string } {
  const url = query.get("encoding-type") === "url";
  return { url, name: (text) => (url ? encodeURIComponent(text).replaceAll("%2F", "/") : text) };
}

/** The owner of all objects. */
const owner = { Owner: { ID: "operator" } };

function entries(page: Page, name: (text: string) => string, more: object) {
  return {
    Contents: page.contents.map((record) => ({
      Key: name(record.key),
      LastModified: new Date(record.lastModified).toISOString(),
      ETag: `"${record.etag}"`,
      Size: record.size,
      StorageClass: "STANDARD",
      ...more,
    })),
    CommonPrefixes: page.prefixes.map((text) => ({ Prefix: name(text) })),
  };
}

function pageOf(
  records: readonly ObjectRecord[],
  { prefix, delimiter, maxKeys, after }: { prefix: string; delimiter: string; maxKeys: number; after: string },
): Page {
  const contents: ObjectRecord[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  const mark = Buffer.from(after);
  for (const record of records) {
    if (!record.key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : record.key.indexOf(delimiter, prefix.length);
    const folded = end < 0 ? undefined : record.key.slice(0, end + delimiter.length);
    const entry = folded ?? record.key;
    if (after !== "" && (entry === after || Buffer.compare(Buffer.from(record.key), mark) <= 0)) continue;
    if (folded !== undefined && folded === prefixes.at(-1)) continue;
    if (contents.length + prefixes.length >= maxKeys)
      return { contents, prefixes, ...(last === undefined ? {} : { next: last }) };
    if (folded === undefined) contents.push(record);
    else prefixes.push(folded);
    last = entry;
  }
  return { contents, prefixes };
}

function pageSize(text: string | null): number {
  if (text === null) return maxPage;
  if (!/^\d{1,9}$/.test(text)) throw invalid("InvalidArgument", `max-keys is "${text}", not a whole number.`);
  return Math.min(Number(text), maxPage);
}

const seal = (key: string): string => Buffer.from(key).toString("base64url");
const open = (token: string): string => Buffer.from(token, "base64url").toString("utf8");
