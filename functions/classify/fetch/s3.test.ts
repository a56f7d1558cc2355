import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fetchS3 } from "./s3.ts";

const coded = (coding: string, encode: (bytes: Buffer) => Buffer) => (response: ServerResponse) =>
  response.setHeader("content-encoding", coding).end(encode(Buffer.from("image bytes")));
const problem = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
const objects: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "image.jpg": (response) => response.end("image bytes"),
  "gzip.jpg": coded("gzip", (bytes) => gzipSync(bytes)),
  "raw-deflate.jpg": coded("deflate", (bytes) => deflateRawSync(bytes)),
  "gzip-and-brotli.jpg": coded("gzip,br", (bytes) => brotliCompressSync(gzipSync(bytes))),
  // Some programs that upload objects set Content-Encoding to values that are not a coding.
  "utf-8.jpg": coded("UTF-8", (bytes) => bytes),
  "aws-chunked.jpg": coded("aws-chunked", (bytes) => bytes),
  "damaged.jpg": coded("gzip", (bytes) => bytes),
  "bomb.jpg": coded("gzip", () => gzipSync(Buffer.alloc(100_000))),
  "absent.jpg": (response) => response.writeHead(404).end(problem("NoSuchKey")),
  "secret.jpg": (response) => response.writeHead(403).end(problem("AccessDenied")),
  "busy.jpg": (response) => response.writeHead(503).end(problem("SlowDown")),
  "broken.jpg": (response) => response.writeHead(500).end(problem("InternalError")),
  "large.jpg": (response) => response.end(Buffer.alloc(2_000)),
  "silent.jpg": () => {},
  "drip.jpg": (response) => {
    const timer = setInterval(() => response.write("."), 30);
    response.on("close", () => clearInterval(timer));
  },
};

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = new URL(request.url ?? "", "http://s3").pathname.split("/").at(-1) ?? "";
    objects[key]?.(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** Long enough for the SDK's retries of a throttled call, with their pauses; short for tests of the timeout. */
const timeoutOf = (key: string) => (["silent.jpg", "drip.jpg"].includes(key) ? 500 : 50_000);
const fetchKey = (key: string) => fetchS3("bucket-of-images", key, { maxBytes: 1_000, timeoutMs: timeoutOf(key) });

describe("fetching an object", () => {
  it.each(["image.jpg", "gzip.jpg", "raw-deflate.jpg", "gzip-and-brotli.jpg", "utf-8.jpg", "aws-chunked.jpg"])(
    "%s returns its bytes, whatever coding it is stored with",
    async (key) => {
      expect((await fetchKey(key)).toString()).toBe("image bytes");
    },
  );

  it.each(["image.jpg", "absent.jpg"])("%s leaves no timer running", async (key) => {
    const started = vi.spyOn(globalThis, "setInterval");
    const stopped = vi.spyOn(globalThis, "clearInterval");
    await fetchKey(key).catch(() => undefined);
    const timers = started.mock.results.map(({ value }) => value);
    expect(timers.length).toBeGreaterThan(0);
    expect(stopped.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining(timers));
    vi.restoreAllMocks();
  });

  it.each([
    ["absent.jpg", "ImageNotFound"],
    ["secret.jpg", "AccessDenied"],
    ["busy.jpg", "TooManyRequests"],
    ["broken.jpg", "UpstreamError"],
    ["large.jpg", "ImageTooLarge"],
    ["bomb.jpg", "ImageTooLarge"],
    ["damaged.jpg", "UpstreamError"],
    ["silent.jpg", "FetchTimeout"],
    ["drip.jpg", "FetchTimeout"],
  ])("%s fails with %s", async (key, code) => {
    await expect(fetchKey(key)).rejects.toMatchObject({ code, message: expect.stringMatching(/^[A-Z].+\.$/) });
  });
});
