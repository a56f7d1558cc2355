import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { apiLimits } from "../../contract/limits.ts";
import { decodeName } from "../../contract/upload-name.ts";
import { signing } from "./signing.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" };
const signer = signing(new S3Client({ region: "eu-central-1", credentials }));

describe("signing", () => {
  it("signs a download for the duration in the contract, with the session token", async () => {
    const url = new URL(await signer.download({ bucket: "own-bucket", key: "results/a.json" }));
    expect(url.host).toBe("own-bucket.s3.eu-central-1.amazonaws.com");
    expect(url.pathname).toBe("/results/a.json");
    expect(url.searchParams.get("X-Amz-Expires")).toBe(String(apiLimits.presignSeconds));
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("token");
  });

  it("signs a form whose policy fixes bucket, key and type and bounds the size", async () => {
    const location = { bucket: "own-bucket", key: "uploads/a.jpg" };
    const before = Date.now();
    const { url, fields } = await signer.upload(location, { contentType: "image/jpeg", bytes: 1_234 });
    const after = Date.now();
    expect(new URL(url).host).toBe("own-bucket.s3.eu-central-1.amazonaws.com");
    expect(fields).toMatchObject({ key: "uploads/a.jpg", "Content-Type": "image/jpeg" });
    const policy = JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString()) as {
      conditions: unknown[];
      expiration: string;
    };
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ["content-length-range", 1, 1_234],
        { "Content-Type": "image/jpeg" },
        { key: "uploads/a.jpg" },
        { bucket: "own-bucket" },
      ]),
    );
    expect(fields).not.toHaveProperty("x-amz-meta-name");
    // A policy has no fractions of a second.
    const signed = Date.parse(policy.expiration) - apiLimits.presignSeconds * 1_000;
    expect(signed).toBeGreaterThan(before - 1_000);
    expect(signed).toBeLessThanOrEqual(after);
  });

  it("signs the name of a file with the form, in ASCII", async () => {
    const bounds = { contentType: "image/jpeg", bytes: 1, name: "Hündin 1.jpg" };
    const { fields } = await signer.upload({ bucket: "own-bucket", key: "uploads/a.jpg" }, bounds);
    const name = fields["x-amz-meta-name"] ?? "";
    expect(decodeName(name)).toBe("Hündin 1.jpg");
    const policy = JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString()) as { conditions: unknown[] };
    expect(policy.conditions).toContainEqual({ "x-amz-meta-name": name });
  });
});
