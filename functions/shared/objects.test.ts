import type { S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { jsonObjects, ObjectNotFound } from "./objects.ts";
import { StorageUnavailable } from "./storage-error.ts";

const location = { bucket: "data", key: "plans/1.json" };
const failing = (name: string) =>
  jsonObjects({ send: () => Promise.reject(Object.assign(new Error("no"), { name })) } as unknown as S3Client);

it("says of an object that is not there which one, and leaves other errors as they are", async () => {
  await expect(failing("NoSuchKey").read(location)).rejects.toThrow(ObjectNotFound);
  await expect(failing("NoSuchKey").read(location)).rejects.toThrow('"s3://data/plans/1.json"');
  await expect(failing("AccessDenied").read(location)).rejects.toMatchObject({ name: "AccessDenied" });
});

const clientThat = (send: () => Promise<unknown>) => jsonObjects({ send } as unknown as S3Client);

it.each([
  ["a refusal that may pass", { name: "SlowDown", $metadata: { httpStatusCode: 503 } }],
  ["a failure inside S3", { name: "InternalError", $metadata: { httpStatusCode: 500 } }],
  ["a timeout", { name: "TimeoutError" }],
  ["a lost connection", { name: "Error", code: "ECONNRESET" }],
])("reports %s by one name, which the workflow retries", async (_what, fields) => {
  const objects = clientThat(() => Promise.reject(Object.assign(new Error("no"), fields)));
  const expected = { name: "StorageUnavailable", message: expect.stringContaining('"s3://data/plans/1.json"') };
  await expect(objects.read(location)).rejects.toMatchObject(expected);
  await expect(objects.write(location, "[]")).rejects.toMatchObject(expected);
  await expect(objects.stream(location)[Symbol.asyncIterator]().next()).rejects.toThrow(StorageUnavailable);
});

it("reports a connection that breaks in the middle of a body by the same name", async () => {
  const reset = Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  async function* body() {
    yield Buffer.from("[");
    throw reset;
  }
  const bytes = clientThat(async () => ({ Body: body() }))
    .stream(location)
    [Symbol.asyncIterator]();
  expect((await bytes.next()).value).toEqual(Buffer.from("["));
  await expect(bytes.next()).rejects.toMatchObject({ name: "StorageUnavailable", cause: reset });
  const text = clientThat(async () => ({ Body: { transformToString: () => Promise.reject(reset) } }));
  await expect(text.read(location)).rejects.toThrow(StorageUnavailable);
});
