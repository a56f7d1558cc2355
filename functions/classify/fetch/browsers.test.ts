import { createServer, type Server } from "node:net";
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zstdFrame } from "../test-support/zstd.ts";
import { fetchHttp } from "./http.ts";

/** Raw responses by path, which Node's server would not send. */
const image = Buffer.from("image bytes");
const head = (lines: readonly string[], body: Buffer = image) =>
  Buffer.concat([Buffer.from(`${[...lines, `content-length: ${body.length}`].join("\r\n")}\r\n\r\n`), body]);
const ok = "HTTP/1.1 200 OK";
const coded = (coding: string, body: Buffer) => head([ok, `content-encoding: ${coding}`], body);
const responses: Readonly<Record<string, Buffer>> = {
  "/203": head(["HTTP/1.1 203 Non-Authoritative Information"]),
  "/continue": Buffer.concat([
    Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nx: y\r\n\r\n"),
    head([ok]),
  ]),
  "/early-hints": Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), head([ok])]),
  "/repeated": head([ok, `content-length: ${image.length}`, "etag: 1", "etag: 1"]),
  "/long-head": head([ok, ...Array.from({ length: 60 }, (_, at) => `x-${at}: ${"y".repeat(1_000)}`)]),
  "/utf8": Buffer.from("HTTP/1.1 302 Found\r\nlocation: /café\r\ncontent-length: 0\r\n\r\n"),
  "/latin1": Buffer.from("HTTP/1.1 302 Found\r\nlocation: /caf\xe9\r\ncontent-length: 0\r\n\r\n", "latin1"),
  "/caf%C3%A9": head([ok]),
  "/none": coded("none", image),
  "/charset": coded("UTF-8", image),
  "/binary": coded("binary", image),
  "/raw-deflate": coded("deflate", deflateRawSync(image)),
  "/zlib-deflate": coded("deflate", deflateSync(image)),
  "/twice": coded("gzip, deflate", deflateSync(gzipSync(image))),
  "/three-times": coded("br, gzip, deflate", deflateSync(gzipSync(brotliCompressSync(image)))),
  "/in-two-headers": head([ok, "content-encoding: gzip", "content-encoding: br"], brotliCompressSync(gzipSync(image))),
  "/by-its-old-name": coded("x-gzip", gzipSync(image)),
  "/written-otherwise": coded(" GZIP ,, ", gzipSync(image)),
  "/unknown-and-gzip": coded("gzip, none", gzipSync(image)),
};
const lengths = head([ok, "content-length: 5"]);
/** Node has it from 22.15 on; before, an image that is sent so cannot be read. */
const zstd = { path: "/zstd", response: coded("zstd", zstdFrame(image)), decoded: "createZstdDecompress" in zlib };
const refused: Readonly<Record<string, Buffer>> = {
  "/longer-head": head([ok, ...Array.from({ length: 80 }, (_, at) => `x-${at}: ${"y".repeat(1_000)}`)]),
  "/ten-times": coded(new Array(10).fill("gzip").join(), image),
  "/broken-deflate": coded("deflate", Buffer.from("no deflate")),
};

let server: Server;
let host: string;
beforeAll(async () => {
  server = createServer((socket) => {
    socket
      .on("error", () => {})
      .once("data", (request) => {
        const path = request.toString("latin1").split(" ")[1] ?? "";
        // In two chunks, because response headers may be split anywhere.
        const response =
          responses[path] ??
          refused[path] ??
          (path === zstd.path ? zstd.response : undefined) ??
          (path === "/different-lengths" ? lengths : undefined) ??
          head(["HTTP/1.1 404 Not Found"]);
        socket.write(response.subarray(0, 20));
        setTimeout(() => socket.end(response.subarray(20)), 10);
      });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  host = `127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

const fetchPath = (path: string, more: Partial<Parameters<typeof fetchHttp>[1]> = {}) =>
  fetchHttp(new URL(`http://${host}${path}`), { allowedHosts: [host], maxBytes: 100_000, timeoutMs: 10_000, ...more });

describe("what browsers accept", () => {
  it.each(Object.keys(responses))("%s", async (path) => expect(await fetchPath(path)).toEqual(image));
});

describe("what browsers reject", () => {
  it.each(Object.keys(refused))("%s", async (path) => {
    await expect(fetchPath(path)).rejects.toMatchObject({ code: "UpstreamError" });
  });
});

it("decodes zstd where Node can, and names it where it cannot", async () => {
  const found = await fetchPath(zstd.path).catch((error: { code: string; message: string }) => error);
  const refusal = {
    code: "UpstreamError",
    message: expect.stringContaining('"zstd", which this service does not support'),
  };
  expect(found).toEqual(zstd.decoded ? image : expect.objectContaining(refusal));
});

it("rejects two different lengths", async () => {
  const code = expect.stringMatching(/^(UpstreamError|ConnectionFailed)$/);
  await expect(fetchPath("/different-lengths")).rejects.toMatchObject({ code });
});

describe("addresses and times", () => {
  it("tries the next address if one does not accept a connection", async () => {
    const [, port] = host.split(":");
    const name = `localhost:${port}`;
    const addresses = [
      { address: "127.0.0.2", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const url = new URL(`http://${name}/203`);
    const rules = { allowedHosts: [name], maxBytes: 1_000, timeoutMs: 10_000, resolve: async () => addresses };
    expect(await fetchHttp(url, rules)).toEqual(image);
  });

  it("reports what it was waiting for, and for how long", async () => {
    const rules = { allowedHosts: ["*"], maxBytes: 1_000, timeoutMs: 100, resolve: () => new Promise<never>(() => {}) };
    await expect(fetchHttp(new URL("http://example.test/"), rules)).rejects.toThrow(
      /^The image of "example.test" was given up after \d{3,} ms: its name was not resolved\.$/,
    );
  });

  it("ends with the call and rejects with the call's reason", async () => {
    const reason = new Error("the call is over");
    await expect(fetchPath("/203", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
