import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authorizerOf,
  bucketNamed,
  type Harness,
  issued,
  startHarness,
} from "../../../packages/local-aws/src/server/test-support/harness.ts";
import { Manifest } from "./manifest.ts";
import { sourceObjects } from "./source-objects.ts";

const bucket = "photos";
/** More keys than a page of a listing has. */
const names = Array.from({ length: 1_005 }, (_, at) => `in/${String(at).padStart(4, "0")}.jpg`);
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  harness = await startHarness({
    s3: {
      authorizer: authorizerOf(new Set()),
      objects: [...names, "inner/a.jpg"].map((key) => ({ bucket, key, source: { content: "x" } })),
      buckets: [bucketNamed(bucket)],
    },
  });
  client = connected();
});
afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

function connected(failure?: Error): S3Client {
  const made = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued, maxAttempts: 1 });
  if (failure) made.middlewareStack.add(() => () => Promise.reject(failure), { step: "initialize" });
  return made;
}
const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

describe("what map reads of the buckets with images", () => {
  it("are keys below a prefix, over all pages", async () => {
    const pages: (readonly string[])[] = [];
    for await (const page of sourceObjects(client).keys({ bucket, key: "in/" })) pages.push(page);
    expect(pages.flat()).toEqual(names);
    expect(pages.length).toBeGreaterThan(1);
  });

  it("are ranges of one version of an object, which fails as ManifestChanged once it was replaced", async () => {
    const location = { bucket, key: "list.jsonl" };
    await put(location.key, '"a"\n'.repeat(3_000_000));
    const entries = new Manifest(location, sourceObjects(client)).entries();
    expect(await entries.next()).toMatchObject({ value: { image: "a" } });
    await put(location.key, '"b"\n'.repeat(3_000_000));
    const rest = (async () => {
      for await (const _entry of entries);
    })();
    await expect(rest).rejects.toMatchObject({ name: "ManifestChanged" });
  });

  it.each([
    ["SlowDown", 503, "StorageUnavailable"],
    ["InternalError", 500, "StorageUnavailable"],
    ["AccessDenied", 403, "AccessDenied"],
  ])("fail by the name that the workflow retries if it may pass: %s", async (name, httpStatusCode, expected) => {
    const objects = sourceObjects(connected(Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } })));
    const location = { bucket, key: "in/" };
    const version = { location, etag: "x", bytes: 1 };
    for (const call of [
      () => objects.keys(location)[Symbol.asyncIterator]().next(),
      () => objects.find(location),
      () => objects.read(version, 0, 0),
    ]) {
      await expect(call()).rejects.toMatchObject({ name: expected });
    }
  });
});
