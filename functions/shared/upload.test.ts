import { ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  authorizerOf,
  bucketNamed,
  type Harness,
  issued,
  startHarness,
} from "../../packages/local-aws/src/server/test-support/harness.ts";
import { jsonObjects } from "./objects.ts";

const bucket = "data";
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  harness = await startHarness({
    s3: { authorizer: authorizerOf(new Set()), objects: [], buckets: [bucketNamed(bucket)] },
  });
  client = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued });
});

afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

async function* pieces(count: number, error?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield Buffer.alloc(1_000_000, at % 256);
  if (error) throw error;
}

async function lengthOf(key: string): Promise<number> {
  let length = 0;
  for await (const piece of jsonObjects(client).stream({ bucket, key })) length += piece.length;
  return length;
}

it("writes pieces of any number as one object", async () => {
  for (const count of [1, 30]) {
    await jsonObjects(client).upload({ bucket, key: `plans/${count}.json` }, pieces(count));
    expect(await lengthOf(`plans/${count}.json`)).toBe(count * 1_000_000);
  }
});

it("leaves neither an object nor an unfinished upload if the pieces end with an error", async () => {
  const broken = new Error("no more pieces");
  const location = { bucket, key: "plans/broken.json" };
  await expect(jsonObjects(client).upload(location, pieces(20, broken))).rejects.toThrow(broken);
  await expect(lengthOf("plans/broken.json")).rejects.toMatchObject({ name: "ObjectNotFound" });
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
});
