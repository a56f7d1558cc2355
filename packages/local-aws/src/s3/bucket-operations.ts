import { XMLParser } from "fast-xml-parser";
import type { Target } from "./buckets.ts";
import { invalid, xmlResponse } from "./error.ts";
import { keysToDelete, listUploads } from "./multipart.ts";
import { deleteObjects } from "./objects.ts";
import { notOffered, type Operation } from "./operation.ts";
import { xmlTextOf } from "./request/body.ts";
import { listObjects, listObjectsV2 } from "./store/listing.ts";

const parser = new XMLParser({ parseTagValue: false });
/** Maximum number of buckets per page of ListBuckets. */
const mostBuckets = 10_000;

/** ListBuckets, the only operation on the service itself. */
export function listBuckets({ request, caller, authorizer, buckets, region }: Operation): Response {
  if (request.method !== "GET") throw notOffered(request);
  authorizer.authorize(caller, "s3:ListAllMyBuckets", "*");
  const query = new URL(request.url).searchParams;
  const asksForPage = ["prefix", "max-buckets", "continuation-token", "bucket-region"].some((name) => query.has(name));
  const prefix = query.get("prefix") ?? "";
  const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString("utf8");
  const size = Number(query.get("max-buckets") ?? mostBuckets);
  if (!Number.isInteger(size) || size < 1 || size > mostBuckets) {
    throw invalid("InvalidArgument", `max-buckets is ${query.get("max-buckets")}; it must be 1 to ${mostBuckets}.`);
  }
  const wanted = query.get("bucket-region") ?? region;
  const found = buckets.all
    .filter(({ store: { name } }) => wanted === region && name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.store.name < b.store.name ? -1 : 1));
  const page = found.slice(0, size);
  const last = page.at(-1)?.store.name ?? "";
  return xmlResponse("ListAllMyBucketsResult", {
    Owner: { ID: "operator" },
    Buckets: {
      Bucket: page.map(({ store }) => ({
        Name: store.name,
        CreationDate: new Date(store.createdAt).toISOString(),
        ...(asksForPage ? { BucketRegion: region } : {}),
      })),
    },
    ...(query.has("prefix") ? { Prefix: prefix } : {}),
    ...(page.length < found.length ? { ContinuationToken: Buffer.from(last).toString("base64url") } : {}),
  });
}

/** Whether a request is CreateBucket: `PUT /bucket` without a sub-resource. */
export function isCreation(request: Request, key: string | undefined): boolean {
  return request.method === "PUT" && key === undefined && new URL(request.url).searchParams.size === 0;
}

/** CreateBucket, only in this runtime's region. @throws AwsError "IllegalLocationConstraintException" */
export async function createBucket(operation: Operation, name: string): Promise<Response> {
  const { request, caller, authorizer, buckets, region } = operation;
  authorizer.authorize(caller, "s3:CreateBucket", `arn:aws:s3:::${name}`);
  const text = await xmlTextOf(request);
  const document = text === "" ? {} : (parser.parse(text) as Record<string, { LocationConstraint?: string } | string>);
  const configuration = document["CreateBucketConfiguration"];
  const wanted = typeof configuration === "object" ? configuration.LocationConstraint : undefined;
  if ((wanted ?? "us-east-1") !== region) {
    const message = `The ${wanted ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to: it is ${region}.`;
    throw invalid("IllegalLocationConstraintException", message);
  }
  buckets.create(name);
  return new Response(null, { headers: { location: `/${name}` } });
}

/** The operations on a bucket, by method and query parameter. */
export async function onBucket(operation: Operation, target: Target): Promise<Response> {
  const { request, caller, authorizer, region, buckets } = operation;
  const { bucket, store, uploads } = target;
  const query = new URL(request.url).searchParams;
  const allow = (action: string): void => authorizer.authorize(caller, action, bucket.arn);
  const allowListing = (): void => {
    const context = { "s3:prefix": query.get("prefix") ?? "", "s3:delimiter": query.get("delimiter") ?? "" };
    authorizer.authorize(caller, "s3:ListBucket", bucket.arn, context);
  };
  if (request.method === "HEAD") {
    allow("s3:ListBucket");
    return new Response(null, { headers: { "x-amz-bucket-region": region } });
  }
  if (request.method === "DELETE" && query.size === 0) {
    allow("s3:DeleteBucket");
    buckets.remove(target);
    return new Response(null, { status: 204 });
  }
  if (request.method === "POST" && query.has("delete")) {
    return deleteObjects(store, await keysToDelete(request), (key) =>
      authorizer.authorize(caller, "s3:DeleteObject", `${bucket.arn}/${key}`),
    );
  }
  if (request.method !== "GET") throw notOffered(request);
  if (query.has("location")) {
    allow("s3:GetBucketLocation");
    return xmlResponse("LocationConstraint", { "#text": region === "us-east-1" ? "" : region });
  }
  if (query.has("versioning")) {
    // Buckets here have no versioning, and a bucket that never had it has an empty configuration.
    allow("s3:GetBucketVersioning");
    return xmlResponse("VersioningConfiguration", {});
  }
  if (query.has("uploads")) {
    allow("s3:ListBucketMultipartUploads");
    return listUploads(uploads, bucket.name, query);
  }
  if (query.get("list-type") === "2") {
    allowListing();
    return listObjectsV2(bucket.name, store.list(), query);
  }
  if ([...query.keys()].every((name) => listingParameters.has(name))) {
    allowListing();
    return listObjects(bucket.name, store.list(), query);
  }
  throw notOffered(request);
}

/**
 * The query parameters of ListObjects, which has no parameter that identifies the operation. The SDK for JavaScript
 * adds `x-id`.
 */
const listingParameters = new Set(["prefix", "delimiter", "marker", "max-keys", "encoding-type", "x-id"]);
