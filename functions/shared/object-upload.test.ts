import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authorizerOf,
  bucketNamed,
  type Harness,
  issued,
  startHarness,
} from "../../packages/local-aws/src/server/test-support/harness.ts";
import { jsonObjects } from "./objects.ts";

const bucket = "data";
const about = { contentType: "application/x-ndjson", metadata: { release: "0123456789ab" } };
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  harness = await startHarness({
    s3: { authorizer: authorizerOf(new Set()), objects: [], buckets: [bucketNamed(bucket)] },
  });
  client = connected();
});

afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

/** A client whose calls of an operation fail as `failure` says, each attempt of the SDK included. */
function connected(failure: (operation: string, input: object) => Error | undefined = () => undefined): S3Client {
  const made = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued, maxAttempts: 2 });
  made.middlewareStack.add(
    (next, { commandName = "" }) =>
      (given) => {
        const error = failure(commandName, given.input);
        return error ? Promise.reject(error) : next(given);
      },
    // After the SDK's own retries, so that these see the failure.
    { step: "finalizeRequest", priority: "low" },
  );
  return made;
}

async function* pieces(count: number, error?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield Buffer.alloc(1_000_000, at % 256);
  if (error) throw error;
}
async function bytesOf(count: number): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces(count)) all.push(piece);
  return Buffer.concat(all);
}

const unfinished = async (): Promise<readonly string[]> => {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key }) => Key ?? "");
};
const read = (Key: string) => client.send(new GetObjectCommand({ Bucket: bucket, Key }));

describe("an object that is written in pieces", () => {
  it.each([
    ["at once if it is small", 2, "PutObjectCommand"],
    ["in parts if it is large", 30, "ListMultipartUploadsCommand"],
  ])("is written %s, byte for byte, with type and metadata", async (_how, count, first) => {
    const operations: string[] = [];
    const recorded = connected((operation) => void operations.push(operation));
    const key = `results/${count}.jsonl`;
    await jsonObjects(recorded).upload({ bucket, key }, pieces(count), about);
    const { Body, ContentType, Metadata } = await read(key);
    expect([ContentType, Metadata]).toEqual([about.contentType, about.metadata]);
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(await bytesOf(count))).toBe(true);
    expect([operations[0], await unfinished()]).toEqual([first, []]);
  });

  it("may have pieces that are there already", async () => {
    await jsonObjects(client).upload({ bucket, key: "results/list.json" }, [Buffer.from("["), Buffer.from("]")]);
    expect(await (await read("results/list.json")).Body?.transformToString()).toBe("[]");
  });

  it.each([1, 20])("leaves nothing if its pieces end with an error after %d MB", async (count) => {
    const broken = new Error("no more pieces");
    const key = "plans/broken.json";
    const location = { bucket, key };
    await expect(jsonObjects(client).upload(location, pieces(count, broken))).rejects.toThrow(broken);
    await expect(read(key)).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await unfinished()).toEqual([]);
  });

  it.each([
    ["the search for unfinished uploads", "ListMultipartUploadsCommand"],
    ["the beginning", "CreateMultipartUploadCommand"],
    ["a part", "UploadPartCommand"],
  ])("lets go of what its pieces are read from if %s fails", async (_what, failing) => {
    let open = true;
    async function* source() {
      try {
        yield* pieces(30);
      } finally {
        open = false;
      }
    }
    const refusing = connected((operation) => (operation === failing ? new Error("refused") : undefined));
    await expect(jsonObjects(refusing).upload({ bucket, key: "plans/x.json" }, source())).rejects.toThrow("refused");
    await expect.poll(() => open).toBe(false);
  });

  it("ends what a killed call left of it, and no other upload", async () => {
    const [key, other] = ["results/a.jsonl", "results/a.jsonl2"];
    for (const Key of [key, other, key]) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    }
    await jsonObjects(client).upload({ bucket, key }, pieces(12));
    expect(await unfinished()).toEqual([other]);
    await jsonObjects(client).upload({ bucket, key: other }, pieces(12));
    expect(await unfinished()).toEqual([]);
  });
});

const slowDown = () => Object.assign(new Error("slow down"), { name: "SlowDown", $metadata: { httpStatusCode: 503 } });
const isSecondPart = (input: object) => "PartNumber" in input && input.PartNumber === 2;

describe("a call of S3 that fails while an object is written in parts", () => {
  it.each([
    ["the search for unfinished uploads", "ListMultipartUploadsCommand"],
    ["the beginning", "CreateMultipartUploadCommand"],
    ["a part", "UploadPartCommand"],
    ["the end", "CompleteMultipartUploadCommand"],
  ])("is reported by the name that the workflow retries, and leaves nothing: %s", async (_what, failing) => {
    const key = "results/broken.jsonl";
    const broken = (operation: string, input: object) =>
      operation === failing && (failing !== "UploadPartCommand" || isSecondPart(input)) ? slowDown() : undefined;
    await expect(jsonObjects(connected(broken)).upload({ bucket, key }, pieces(12))).rejects.toMatchObject({
      name: "StorageUnavailable",
      message: expect.stringContaining(`"s3://${bucket}/${key}"`),
    });
    expect(await unfinished()).toEqual([]);
    await expect(read(key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("keeps its name if it would fail again", async () => {
    const denied = () => Object.assign(new Error("no"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    const broken = (operation: string) => (operation === "CreateMultipartUploadCommand" ? denied() : undefined);
    const written = jsonObjects(connected(broken)).upload({ bucket, key: "results/denied.jsonl" }, pieces(12));
    await expect(written).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("is tried again first", async () => {
    const failed = new Set<string>();
    const key = "results/once.jsonl";
    const once = (operation: string) => {
      if (failed.has(operation)) return undefined;
      failed.add(operation);
      return slowDown();
    };
    await jsonObjects(connected(once)).upload({ bucket, key }, pieces(12));
    expect([...failed].sort()).toEqual([
      "CompleteMultipartUploadCommand",
      "CreateMultipartUploadCommand",
      "ListMultipartUploadsCommand",
      "UploadPartCommand",
    ]);
    expect((await read(key)).ContentLength).toBe(12_000_000);
  });
});
