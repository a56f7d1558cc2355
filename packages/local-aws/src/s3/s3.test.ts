import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authorizerOf, bucketNamed, type Harness, issued, startHarness } from "../server/test-support/harness.ts";
import { expire } from "./store/expiry.ts";

const denied = new Set<string>();
const authorizer = authorizerOf(denied);
const Bucket = "photos";
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  const object = {
    bucket: Bucket,
    key: "samples/declared.txt",
    source: { content: "declared" },
    contentType: "text/plain",
  };
  harness = await startHarness({ s3: { authorizer, objects: [object], buckets: [bucketNamed(Bucket)] } });
  client = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued });
});

afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

const put = (Key: string, Body: string | Buffer | Readable = Key, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string) => (await get(Key)).Body?.transformToString();

describe("objects", () => {
  it("come back byte for byte, with type, metadata and the MD5 as ETag", async () => {
    const body = randomBytes(300_000);
    await put("a/photo.jpg", body, { ContentType: "image/jpeg", Metadata: { by: "tester" } });
    const answer = await get("a/photo.jpg");
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(answer.ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);
    expect([answer.ContentType, answer.Metadata?.["by"], answer.ContentLength]).toEqual([
      "image/jpeg",
      "tester",
      300_000,
    ]);
  });

  it("of the program are in the bucket from the start", async () => {
    expect(await textOf("samples/declared.txt")).toBe("declared");
  });

  it.each(Object.values(ChecksumAlgorithm).filter((name) => ["CRC32", "CRC32C", "SHA1", "SHA256"].includes(name)))(
    "are checked against the %s that the SDK computed, and again when they are read",
    async (ChecksumAlgorithm) => {
      await put(`sum/${ChecksumAlgorithm}`, "checked", { ChecksumAlgorithm });
      expect(await textOf(`sum/${ChecksumAlgorithm}`)).toBe("checked");
    },
  );

  it("sent as a stream arrive without the aws-chunked framing", async () => {
    const body = randomBytes(200_000);
    const stream = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
    await put("stream", stream, { ContentLength: body.length });
    expect(Buffer.from((await (await get("stream")).Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it("that were damaged on the way are refused and the old one stays", async () => {
    await put("kept", "old");
    await expect(put("kept", "new", { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ name: "BadDigest" });
    expect(await textOf("kept")).toBe("old");
  });

  it("are read in ranges, and a range outside is 416", async () => {
    await put("range", "0123456789");
    const read = async (Range: string) => (await get("range", { Range })).Body?.transformToString();
    expect([await read("bytes=2-4"), await read("bytes=7-"), await read("bytes=-2")]).toEqual(["234", "789", "89"]);
    await expect(get("range", { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("are read and written on conditions", async () => {
    const { ETag } = await put("condition", "one");
    await expect(get("condition", { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get("condition", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("condition", "two", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await put("condition", "three", { IfMatch: ETag });
    expect(await textOf("condition")).toBe("three");
  });

  it("are copied with their headers by a caller that may read the source", async () => {
    await put("from/ü 1", "copied", { ContentType: "image/png" });
    const copy = new CopyObjectCommand({ Bucket, Key: "to", CopySource: encodeURI(`${Bucket}/from/ü 1`) });
    await client.send(copy);
    expect([await textOf("to"), (await get("to")).ContentType]).toEqual(["copied", "image/png"]);
    denied.add("s3:GetObject");
    await expect(client.send(copy)).rejects.toMatchObject({ name: "AccessDenied" });
    denied.clear();
  });

  it("go one by one and many at once", async () => {
    await Promise.all(["x/1", "x/2", "x/<3>&"].map((key) => put(key)));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "x/1" }));
    await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "x/2" }, { Key: "x/<3>&" }, { Key: "x/none" }] } }),
    );
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "x/" }));
    expect(KeyCount).toBe(0);
  });

  it("may have any name: no key becomes a path", async () => {
    const hostile = [
      "a//b",
      "/etc/passwd",
      "..\\..\\x",
      "...",
      "con",
      "a b+c%2F%00ü",
      "ends/",
      `${"long".repeat(255)}`,
    ];
    for (const key of hostile) await put(`h/${key}`, key);
    for (const key of hostile) expect(await textOf(`h/${key}`)).toBe(key);
    for (const key of ["h/..", "h/../../x", "./h"])
      await expect(put(key)).rejects.toMatchObject({ name: "InvalidURI" });
    await expect(put("k".repeat(1_025))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  it("read while they are replaced are the old ones or the new ones, whole", async () => {
    const bodies = [Buffer.alloc(400_000, "a"), Buffer.alloc(500_000, "b")];
    await put("race", bodies[0]);
    const writes = Array.from({ length: 8 }, (_, at) => put("race", bodies[at % 2]));
    const reads = Array.from({ length: 16 }, async () =>
      Buffer.from((await (await get("race")).Body?.transformToByteArray()) ?? []),
    );
    for (const read of await Promise.all(reads)) expect(bodies.some((body) => body.equals(read))).toBe(true);
    await Promise.all(writes);
  });
});

describe("listing", () => {
  it("pages through keys in byte order and folds them at the delimiter", async () => {
    for (const key of ["l/b/1", "l/b/2", "l/a", "l/c", "l/ü", "l/d/1"]) await put(key);
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: "l/", Delimiter: "/", MaxKeys: 2, ContinuationToken }),
      );
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen.sort()).toEqual(["l/a", "l/b/", "l/c", "l/d/", "l/ü"]);
  });

  it("shows the buckets", async () => {
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
    // The date must be the day of creation and not 1970.
    expect(Buckets?.[0]?.CreationDate?.getTime()).toBeGreaterThan(Date.UTC(2020, 0, 1));
    await client.send(new HeadBucketCommand({ Bucket }));
  });
});

describe("multipart upload", () => {
  const Key = "multi";
  const start = async () =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "text/x" }))).UploadId;
  const part = (UploadId: string | undefined, PartNumber: number, Body: Buffer) =>
    client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  const complete = (UploadId: string | undefined, Parts: { PartNumber: number; ETag: string | undefined }[]) =>
    client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

  it("joins its parts in order", async () => {
    const UploadId = await start();
    const [first, second] = [Buffer.alloc(5 * 1024 ** 2, "1"), Buffer.from("end")];
    const [two, one] = [await part(UploadId, 2, second), await part(UploadId, 1, first)];
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts?.map(({ Size }) => Size)).toEqual([first.length, second.length]);
    const { ETag } = await complete(UploadId, [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ]);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const answer = await get(Key);
    expect(answer.ContentType).toBe("text/x");
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(Buffer.concat([first, second]))).toBe(
      true,
    );
  });

  it("refuses a small part that is not the last, an unknown part and an aborted upload", async () => {
    const UploadId = await start();
    const parts = await Promise.all([1, 2].map((number) => part(UploadId, number, Buffer.from("small"))));
    const named = parts.map(({ ETag }, at) => ({ PartNumber: at + 1, ETag }));
    await expect(complete(UploadId, named)).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(complete(UploadId, [{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: "InvalidPart" });
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await expect(part(UploadId, 1, Buffer.from("x"))).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});

describe("what is on disk", () => {
  it("is all there after a restart, without what a crash left half done", async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), "s3-restart-"));
    const first = await startHarness({ s3: { dataDir } });
    await first.s3.store(Bucket)?.put("kept/../key", { bytes: bytesOf("kept") }, { "content-type": "text/plain" });
    await first.close();
    const folder = path.join(dataDir, Bucket);
    writeFileSync(path.join(folder, "blobs", "orphan"), "bytes without a name");
    writeFileSync(path.join(folder, "keys", "half.json.new"), "{");
    const second = await startHarness({ s3: { dataDir } });
    expect(second.s3.store(Bucket)?.list()).toMatchObject([{ key: "kept/../key", size: 4 }]);
    expect([readdirSync(path.join(folder, "blobs")).length, readdirSync(path.join(folder, "keys")).length]).toEqual([
      1, 1,
    ]);
    await second.close();
    rmSync(dataDir, { recursive: true });
  });

  it("goes when its prefix's lifecycle says so", async () => {
    const store = harness.s3.store(Bucket);
    if (!store) throw new Error("no bucket");
    await store.put("old/1", { bytes: bytesOf("x") }, {});
    const rules = [{ prefix: "old/", days: 1 }];
    await expire(store, rules, Date.now() + 23 * 3_600_000);
    expect(store.find("old/1")).toBeDefined();
    await expire(store, rules, Date.now() + 25 * 3_600_000);
    expect([store.find("old/1"), store.find("samples/declared.txt")?.size]).toEqual([undefined, 8]);
  });
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

describe("errors", () => {
  it("are S3's own: 404 for what is absent, 403 where the caller may not know", async () => {
    await expect(get("absent")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "absent" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    const elsewhere = client.send(new GetObjectCommand({ Bucket: "no-such-bucket", Key: "k" }));
    await expect(elsewhere).rejects.toMatchObject({ name: "NoSuchBucket" });
    denied.add("s3:ListBucket");
    await expect(get("absent")).rejects.toMatchObject({ name: "AccessDenied" });
    denied.clear();
  });

  it.each([
    ["s3:GetObject", () => get("samples/declared.txt")],
    ["s3:PutObject", () => put("denied")],
    ["s3:DeleteObject", () => client.send(new DeleteObjectCommand({ Bucket, Key: "denied" }))],
    ["s3:ListBucket", () => client.send(new ListObjectsV2Command({ Bucket }))],
  ])("AccessDenied where the role lacks %s", async (action, call) => {
    denied.add(action);
    await expect(call()).rejects.toMatchObject({ name: "AccessDenied" });
    denied.clear();
    expect(authorizer.asked.some((line) => line.startsWith(action))).toBe(true);
  });

  it("a wrong secret is SignatureDoesNotMatch, the key of an ended session ExpiredToken", async () => {
    const using = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new S3Client({ endpoint: harness.url, region: "us-east-1", credentials, maxAttempts: 1 });
    const wrong = using({ ...issued, secretAccessKey: "wrong" });
    const ended = using({ accessKeyId: "ASIALOCALGONE", secretAccessKey: "x" });
    const list = new ListObjectsV2Command({ Bucket });
    await expect(wrong.send(list)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(ended.send(list)).rejects.toMatchObject({ name: "ExpiredToken" });
  });
});
