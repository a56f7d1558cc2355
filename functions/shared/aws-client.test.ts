import http from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { clientOptions, refusesHostPrefix } from "./aws-client.ts";

describe("clientOptions", () => {
  it("ends a request that gets no response", async () => {
    const server = http.createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      ...clientOptions({ requestMs: 50, attempts: 1 }),
    });
    const request = client.send(new GetObjectCommand({ Bucket: "photos", Key: "a" }));
    await expect(request).rejects.toMatchObject({ name: "TimeoutError" });
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("refusesHostPrefix", () => {
  it.each(["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080", "http://10.0.0.5"])(
    "is true of %s, which cannot take a host prefix",
    (endpoint) => expect(refusesHostPrefix(endpoint)).toBe(true),
  );

  it.each([undefined, "", "https://states.eu-central-1.amazonaws.com", "https://localhost.example.com"])(
    "is false for %j",
    (endpoint) => expect(refusesHostPrefix(endpoint)).toBe(false),
  );
});
