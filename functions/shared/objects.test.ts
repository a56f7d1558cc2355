import type { S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { jsonObjects, ObjectNotFound } from "./objects.ts";

const location = { bucket: "data", key: "plans/1.json" };
const failing = (name: string) =>
  jsonObjects({ send: () => Promise.reject(Object.assign(new Error("no"), { name })) } as unknown as S3Client);

it("says of an object that is not there which one, and leaves other errors as they are", async () => {
  await expect(failing("NoSuchKey").read(location)).rejects.toThrow(ObjectNotFound);
  await expect(failing("NoSuchKey").read(location)).rejects.toThrow('"s3://data/plans/1.json"');
  await expect(failing("AccessDenied").read(location)).rejects.toMatchObject({ name: "AccessDenied" });
});
