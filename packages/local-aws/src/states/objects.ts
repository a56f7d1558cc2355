import { Readable } from "node:stream";
import { XMLParser } from "fast-xml-parser";
import { AwsError, type Caller, type Service } from "../service.ts";

/** Access of a state machine to S3 objects, with the permissions of its role. */
export interface Objects {
  /** Reads the bytes of an object. Throws S3's own `AwsError`. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Lists the objects of a bucket under a prefix, ordered by key. Throws S3's own `AwsError`. */
  list(bucket: string, prefix: string): AsyncIterable<ListedObject>;
  /** Writes a complete object. Throws S3's own `AwsError`. */
  write(bucket: string, key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

/** An object in a listing. */
export interface ListedObject {
  readonly key: string;
  /** In quotes, as S3 returns it. */
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly size: number;
  readonly storageClass: string;
}

/** Accesses objects through the S3 service on behalf of `caller`, which is determined for each call. */
export function objectsOf(s3: Service, caller: () => Caller): Objects {
  return {
    async read(bucket, key) {
      const { body } = await request("GET", bucket, key);
      return body === null ? nothing() : (body as unknown as AsyncIterable<Uint8Array>);
    },
    async *list(bucket, prefix) {
      let token: string | undefined;
      do {
        const query = new URLSearchParams({ "list-type": "2", prefix });
        if (token !== undefined) query.set("continuation-token", token);
        const response = await request("GET", bucket, "", {}, `?${query}`);
        const page = parsedListing(await response.text());
        yield* page.objects;
        token = page.next;
      } while (token !== undefined);
    },
    async write(bucket, key, content) {
      const body = Readable.toWeb(Readable.from(content, { objectMode: false }));
      // Node's fetch accepts a stream as a body only with `duplex: "half"`.
      await request("PUT", bucket, key, { body, duplex: "half", headers: { "content-type": "application/json" } });
    },
  };

  async function request(
    method: string,
    bucket: string,
    key: string,
    init: object = {},
    query = "",
  ): Promise<Response> {
    const location = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
    const response = await s3(new Request(`http://localhost/${location}${query}`, { method, ...init }), caller());
    if (response.ok) return response;
    throw failure(await response.text(), response.status);
  }
}

interface ListedContents {
  readonly Key: string;
  readonly ETag: string;
  readonly LastModified: string;
  readonly Size: string;
  readonly StorageClass?: string;
}

function parsedListing(text: string): { readonly objects: readonly ListedObject[]; readonly next: string | undefined } {
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "Contents" });
  const { ListBucketResult: result = {} } = parser.parse(text) as {
    ListBucketResult?: { readonly Contents?: readonly ListedContents[]; readonly NextContinuationToken?: string };
  };
  const objects = (result.Contents ?? []).map((item) => ({
    key: item.Key,
    etag: item.ETag,
    lastModified: item.LastModified,
    size: Number(item.Size),
    storageClass: item.StorageClass ?? "STANDARD",
  }));
  return { objects, next: result.NextContinuationToken };
}

function failure(text: string, status: number): AwsError {
  const document = new XMLParser({ parseTagValue: false }).parse(text) as { Error?: Record<string, unknown> };
  const { Code: code = "InternalError", Message: message = text } = document.Error ?? {};
  return new AwsError(String(code), String(message), status);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
