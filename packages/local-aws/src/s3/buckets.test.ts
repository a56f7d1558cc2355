import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authorizerOf, bucketNamed, type Harness, issued, startHarness } from "../server/test-support/harness.ts";

const dataDir = mkdtempSync(path.join(os.tmpdir(), "s3-buckets-"));
const denied = new Set<string>();
const Bucket = "photos";
let harness: Harness;
let client: S3Client;

const open = async (buckets = [bucketNamed(Bucket)]): Promise<void> => {
  harness = await startHarness({ s3: { authorizer: authorizerOf(denied), buckets, dataDir } });
  client = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued });
};
const close = async (): Promise<void> => {
  client.destroy();
  await harness.close();
};

beforeAll(() => open());
afterAll(async () => {
  await close();
  rmSync(dataDir, { recursive: true });
});

const make = (name: string, more: object = {}) => client.send(new CreateBucketCommand({ Bucket: name, ...more }));
const remove = (name: string) => client.send(new DeleteBucketCommand({ Bucket: name }));
const put = (Key: string, more: object = {}) => client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));
const names = async (more: object = {}) =>
  (await client.send(new ListBucketsCommand(more))).Buckets?.map(({ Name }) => Name);

describe("a bucket made through the API", () => {
  it("holds objects, is there after a restart, and goes when it is empty", async () => {
    expect(await make("made-here")).toMatchObject({ Location: "/made-here" });
    await client.send(new PutObjectCommand({ Bucket: "made-here", Key: "a", Body: "kept" }));
    await close();
    await open();
    expect(await names()).toEqual(["made-here", Bucket]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "made-here", Key: "a" }));
    expect(await Body?.transformToString()).toBe("kept");
    await expect(remove("made-here")).rejects.toMatchObject({ name: "BucketNotEmpty" });
    await client.send(new DeleteObjectCommand({ Bucket: "made-here", Key: "a" }));
    await remove("made-here");
    await expect(remove("made-here")).rejects.toMatchObject({ name: "NoSuchBucket" });
    await close();
    await open();
    expect(await names()).toEqual([Bucket]);
  });

  it("is still there when the program is evaluated again", async () => {
    await make("made-here");
    await harness.s3.update({ buckets: [bucketNamed(Bucket), bucketNamed("another")], objects: [] });
    expect(await names()).toEqual(["another", "made-here", Bucket]);
    await harness.s3.update({ buckets: [bucketNamed(Bucket)], objects: [] });
    await remove("made-here");
    expect(await names()).toEqual([Bucket]);
  });

  it("needs a valid name, this region and the right to make it", async () => {
    await expect(make("Not_A_Name")).rejects.toMatchObject({ name: "InvalidBucketName" });
    const elsewhere = { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } };
    await expect(make("made-here", elsewhere)).rejects.toMatchObject({ name: "IllegalLocationConstraintException" });
    denied.add("s3:CreateBucket");
    await expect(make("made-here")).rejects.toMatchObject({ name: "AccessDenied" });
    denied.clear();
    expect(await names()).toEqual([Bucket]);
  });
});

it("a bucket of the program is owned already and is not deleted", async () => {
  await expect(make(Bucket)).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
  await expect(remove(Bucket)).rejects.toMatchObject({
    name: "MethodNotAllowed",
    message: expect.stringContaining("is declared by the program: edit it there"),
  });
});

it("buckets are listed by prefix and by page", async () => {
  await Promise.all(["page-a", "page-b", "page-c"].map((name) => make(name)));
  const { Buckets, ContinuationToken } = await client.send(new ListBucketsCommand({ Prefix: "page-", MaxBuckets: 2 }));
  expect(Buckets?.map(({ Name }) => Name)).toEqual(["page-a", "page-b"]);
  expect(await names({ Prefix: "page-", MaxBuckets: 2, ContinuationToken })).toEqual(["page-c"]);
  expect(await names({ BucketRegion: "eu-west-1" })).toEqual([]);
  await Promise.all(["page-a", "page-b", "page-c"].map((name) => remove(name)));
});

it("objects are listed by marker", async () => {
  for (const key of ["v1/a", "v1/b/1", "v1/b/2", "v1/c"]) await put(key);
  const list = (more: object) => client.send(new ListObjectsCommand({ Bucket, Prefix: "v1/", ...more }));
  const all = await list({});
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(["v1/a", "v1/b/1", "v1/b/2", "v1/c"]);
  expect([all.IsTruncated, all.NextMarker]).toEqual([false, undefined]);
  const first = await list({ Delimiter: "/", MaxKeys: 2 });
  expect([first.Contents?.map(({ Key }) => Key), first.CommonPrefixes, first.NextMarker]).toEqual([
    ["v1/a"],
    [{ Prefix: "v1/b/" }],
    "v1/b/",
  ]);
  const rest = await list({ Delimiter: "/", MaxKeys: 2, Marker: first.NextMarker });
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["v1/c"]);
});

it("a part may be a range of another object", async () => {
  await put("whole", { Body: "0123456789" });
  const Key = "parts";
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(uploads.Uploads).toMatchObject([{ Key, UploadId, Initiated: expect.any(Date) }]);
  const copy = { Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/whole` };
  const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...copy, CopySourceRange: "bytes=2-5" }));
  const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toBe("2345");
});

it("a copy holds to the conditions on its source", async () => {
  await put("original");
  const copy = (more: object) =>
    client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/original`, ...more }));
  await expect(copy({ CopySourceIfMatch: '"another"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(copy({ CopySourceIfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await copy({ CopySourceIfNoneMatch: '"another"' });
});

it("what objects here do not have is empty when it is read, and refused by name when it is written", async () => {
  await put("plain");
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: "plain" }))).TagSet).toEqual([]);
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  await expect(put("x", { Tagging: "a=b" })).rejects.toMatchObject({
    name: "NotImplemented",
    message: 'The header "x-amz-tagging" is not served: objects here have no tags.',
  });
  await expect(put("x", { ACL: "public-read" })).rejects.toMatchObject({ name: "AccessControlListNotSupported" });
  for (const more of [
    { SSECustomerAlgorithm: "AES256" },
    { ObjectLockMode: "GOVERNANCE" },
    { WebsiteRedirectLocation: "/a" },
  ]) {
    await expect(put("x", more)).rejects.toMatchObject({ name: "NotImplemented" });
  }
  await put("x", { ACL: "bucket-owner-full-control", StorageClass: "STANDARD_IA" });
});

describe("parameters that could do harm when ignored", () => {
  const get = (more: object) => client.send(new GetObjectCommand({ Bucket, Key: "one", ...more }));

  it("a version is refused, but for the one that every object has", async () => {
    await put("one");
    await expect(get({ VersionId: "abc" })).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key: "one", VersionId: "abc" }))).rejects.toMatchObject({
      name: "InvalidArgument",
    });
    await get({ VersionId: "null" });
  });

  it("a part is the whole object where it was written at once", async () => {
    expect(await (await get({ PartNumber: 1 })).Body?.transformToString()).toBe("one");
    await expect(get({ PartNumber: 2 })).rejects.toMatchObject({ name: "InvalidPartNumber" });
  });

  it("an object is deleted only if it is the one that was meant", async () => {
    const remove = (IfMatch: string) => client.send(new DeleteObjectCommand({ Bucket, Key: "one", IfMatch }));
    await expect(remove('"another"')).rejects.toMatchObject({ name: "PreconditionFailed" });
    const { ETag = "" } = await get({});
    await remove(ETag);
    await expect(get({})).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("a bucket belongs to this account and to no other", async () => {
    await put("one", { ExpectedBucketOwner: "000000000000" });
    await expect(put("one", { ExpectedBucketOwner: "111111111111" })).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("a listing names the owner where it is asked for", async () => {
    const list = async (FetchOwner: boolean) =>
      (await client.send(new ListObjectsV2Command({ Bucket, Prefix: "one", FetchOwner }))).Contents?.[0]?.Owner?.ID;
    expect([await list(true), await list(false)]).toEqual(["operator", undefined]);
  });
});
