import { describe, expect, it } from "vitest";
import { fetchHttp } from "./fetch/http.ts";
import { readReference } from "./fetch/reference.ts";
import { ImageError } from "./image-error.ts";

const rules = { ownBucket: "own", imageBuckets: [] };
const secret = "SECRET";
const hostileUrl = `https://user:${secret}@example.com/a.jpg?token=${secret}#${secret}`;

async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not fail");
}

describe("the message of an image's error", () => {
  it("shows a URL without credentials and query, and control characters escaped", () => {
    const { message } = new ImageError("UpstreamError", `"${hostileUrl}" said "\u001b[2J\u009b\u202e\r\n".`);
    expect(message).toBe('"https://example.com/a.jpg?…" said "\\u001b[2J\\u009b\\u202e\\u000d\\u000a".');
  });

  it.each<[string, () => unknown]>([
    ["a reference with credentials", () => readReference(hostileUrl, rules)],
    ["another scheme", () => readReference(`ftp://example.com/?${secret}`, rules)],
    ["a bucket of others", () => readReference(`s3://other/a.jpg?${secret}`, rules)],
    [
      "a host that is not allowed",
      () => fetchHttp(new URL(`https://h.test/?${secret}`), { allowedHosts: [], maxBytes: 1, timeoutMs: 1_000 }),
    ],
    [
      "a host that is not found",
      () =>
        fetchHttp(new URL(`https://h.test/?${secret}`), {
          allowedHosts: ["*"],
          maxBytes: 1,
          timeoutMs: 1_000,
          resolve: () => Promise.reject(Object.assign(new Error(`ENOTFOUND ${secret}`), { code: "ENOTFOUND" })),
        }),
    ],
  ])("does not repeat the secrets of %s", async (_what, work) => {
    expect(await messageOf(work)).not.toContain(secret);
  });
});
