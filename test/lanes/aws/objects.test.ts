import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { mib } from "../../../contract/limits.ts";
import { operatorKey, startHarness } from "../../../packages/local-aws/src/server/test-support/harness.ts";
import { startMoto } from "../support/moto.ts";
import { opened } from "../support/opened.ts";

const Bucket = "photos";
const keys = ["a/1.txt", "a/2.txt", "a/b/3.txt", "c d+é.txt", "top.txt"];

/** A request to S3 that returns the part of the response that must be the same on both sides. */
type Question = (client: S3Client) => Promise<unknown>;

async function text(client: S3Client, input: { readonly Key: string; readonly Range?: string }): Promise<unknown> {
  const answer = await client.send(new GetObjectCommand({ Bucket, ...input }));
  const { ETag, ContentLength, ContentRange, ContentType, Metadata } = answer;
  return { body: await answer.Body?.transformToString(), ETag, ContentLength, ContentRange, ContentType, Metadata };
}

async function list(client: S3Client, input: object): Promise<unknown> {
  const answer = await client.send(new ListObjectsV2Command({ Bucket, ...input }));
  return {
    keys: answer.Contents?.map(({ Key, Size, ETag }) => [Key, Size, ETag]),
    prefixes: answer.CommonPrefixes?.map(({ Prefix }) => Prefix),
    count: answer.KeyCount,
    truncated: answer.IsTruncated,
  };
}

async function pages(client: S3Client): Promise<unknown> {
  const keys: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
    keys.push(page.Contents?.map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

async function multipart(client: S3Client): Promise<unknown> {
  const upload = { Bucket, Key: "large.bin" };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...upload, ContentType: "image/png" }));
  const Parts = [];
  for (const [index, Body] of [Buffer.alloc(5 * mib, 1), Buffer.from("end")].entries()) {
    const PartNumber = index + 1;
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  const listed = await client.send(new ListPartsCommand({ ...upload, UploadId }));
  const { ETag } = await client.send(
    new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
  );
  const head = await client.send(new HeadObjectCommand(upload));
  const tail = await text(client, { ...upload, Range: "bytes=-5" });
  return {
    ETag,
    size: head.ContentLength,
    type: head.ContentType,
    tail,
    parts: listed.Parts?.map((part) => part.Size),
  };
}

const questions: Readonly<Record<string, Question>> = {
  "an object comes back with its type, metadata and MD5 as ETag": (client) => text(client, { Key: "top.txt" }),
  "a key with a space, a plus and an accent": (client) => text(client, { Key: "c d+é.txt" }),
  "a whole listing in the order of the bytes": (client) => list(client, {}),
  "a listing below a prefix": (client) => list(client, { Prefix: "a/" }),
  "a listing with a delimiter": (client) => list(client, { Delimiter: "/" }),
  "a listing after a key": (client) => list(client, { StartAfter: "a/2.txt" }),
  "a listing in pages": pages,
  "a range from the start": (client) => text(client, { Key: "top.txt", Range: "bytes=0-3" }),
  "a range to the end": (client) => text(client, { Key: "top.txt", Range: "bytes=4-" }),
  "a range beyond the end is refused": (client) => text(client, { Key: "top.txt", Range: "bytes=1000-" }),
  "a missing key": (client) => text(client, { Key: "absent" }),
  "the head of a missing key": (client) => client.send(new HeadObjectCommand({ Bucket, Key: "absent" })),
  "a missing bucket": (client) => client.send(new GetObjectCommand({ Bucket: "no-such-bucket-here", Key: "x" })),
  "a precondition that does not hold": (client) =>
    client.send(new GetObjectCommand({ Bucket, Key: "top.txt", IfMatch: '"00000000000000000000000000000000"' })),
  "deleting what is absent": async (client) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key: "absent" }));
    return "accepted";
  },
  "a multipart upload": multipart,
  "a multipart upload that does not exist": (client) =>
    client.send(new ListPartsCommand({ Bucket, Key: "large.bin", UploadId: "nothing" })),
};

/**
 * Sends the same request to both sides through AWS's client. The responses or errors (name and status) must be the
 * same.
 */
describe("both buckets answer alike", () => {
  const moto = opened(
    () => startMoto({}),
    (server) => server.stop(),
  );
  const harness = opened(startHarness, (server) => server.close());
  const destroy = (client: S3Client) => client.destroy();
  const theirs = opened(async () => clientOf(moto().url), destroy);
  const ours = opened(async () => clientOf(harness().url), destroy);

  beforeAll(async () => {
    await theirs().send(new CreateBucketCommand({ Bucket }));
    for (const Key of keys) {
      const object = { Bucket, Key, Body: `body of ${Key}`, ContentType: "text/plain", Metadata: { by: "lane" } };
      await Promise.all([theirs().send(new PutObjectCommand(object)), ours().send(new PutObjectCommand(object))]);
    }
  });

  test.for(Object.entries(questions))("%s", async ([, ask], { annotate }) => {
    const answer = await answerOf(ask, ours());
    await annotate(JSON.stringify(answer).slice(0, 100));
    expect(answer).toStrictEqual(await answerOf(ask, theirs()));
  });
});

function clientOf(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    // moto accepts any key.
    credentials: operatorKey,
  });
}

async function answerOf(ask: Question, client: S3Client): Promise<unknown> {
  try {
    return await ask(client);
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    return { error: name, status: $metadata.httpStatusCode };
  }
}
