import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authorizerOf,
  type Harness,
  issued,
  startHarness,
} from "../../packages/local-aws/src/server/test-support/harness.ts";
import { resultsObjects } from "./results-object.ts";

const bucket = "photos";
const authorizer = authorizerOf();
const about = { contentType: "application/x-ndjson", metadata: { release: "0123456789ab" } };
const mib = 1_024 ** 2;
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  harness = await startHarness({ s3: { authorizer } });
  client = connected();
});
afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

/** A client whose calls of the given operations fail. */
function connected(failing: (operation: string, input: object) => boolean = () => false): S3Client {
  const made = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued, maxAttempts: 1 });
  made.middlewareStack.add(
    (next, { commandName = "" }) =>
      (given) =>
        failing(commandName, given.input) ? Promise.reject(new Error(`no ${commandName}`)) : next(given),
    { step: "initialize" },
  );
  return made;
}

/** Texts of one megabyte each. */
function* texts(count: number): Generator<Buffer> {
  for (let at = 0; at < count; at += 1) yield Buffer.alloc(mib, at);
}
const unfinished = async (): Promise<readonly string[]> => {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key }) => Key ?? "");
};
const read = (Key: string) => client.send(new GetObjectCommand({ Bucket: bucket, Key }));

describe("an object of results", () => {
  it.each([
    ["at once if it is small", 2, "PutObjectCommand"],
    ["as a multipart upload if it is large", 12, "CreateMultipartUploadCommand"],
  ])("is written %s, byte for byte, with type and metadata", async (_how, count, first) => {
    const operations: string[] = [];
    const key = `results/${count}.jsonl`;
    const recorded = connected((operation) => operations.push(operation) < 0);
    await resultsObjects(recorded).write({ bucket, key }, texts(count), about);
    const { Body, ContentType, Metadata } = await read(key);
    expect([ContentType, Metadata]).toEqual([about.contentType, about.metadata]);
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.concat([...texts(count)]))).toBe(true);
    expect([operations[0], await unfinished()]).toEqual([first, []]);
  });

  it.each([
    [
      "a part",
      (operation: string, input: object) =>
        operation === "UploadPartCommand" && "PartNumber" in input && input.PartNumber === 2,
    ],
    ["the end", (operation: string) => operation === "CompleteMultipartUploadCommand"],
  ])("leaves nothing if %s of its upload fails", async (_what, failing) => {
    const key = "results/broken.jsonl";
    await expect(resultsObjects(connected(failing)).write({ bucket, key }, texts(12), about)).rejects.toThrow(/^no /);
    expect(await unfinished()).toEqual([]);
    await expect(read(key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("leaves nothing if its texts cannot be read", async () => {
    function* broken(): Generator<Buffer> {
      yield* texts(12);
      throw new Error("the storage is broken");
    }
    const key = "results/unread.jsonl";
    await expect(resultsObjects(client).write({ bucket, key }, broken(), about)).rejects.toThrow("storage is broken");
    expect(await unfinished()).toEqual([]);
  });

  it("ends what a killed call left of it, and no other upload", async () => {
    for (const Key of ["results/a.jsonl", "results/a.jsonl2", "results/a.jsonl"]) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    }
    await resultsObjects(client).abortUnfinished({ bucket, key: "results/a.jsonl" });
    expect(await unfinished()).toEqual(["results/a.jsonl2"]);
  });
});
