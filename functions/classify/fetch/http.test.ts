import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchHttp } from "./http.ts";

const maxBytes = 10_000;
/** Short for what never ends; what ends in a moment must not fail because the machine is busy. */
const timeoutOf = (path: string) => (["/drip", "/silent"].includes(path) ? 400 : 30_000);
const timeoutMs = timeoutOf("/image");
const small = Buffer.from("image bytes");

/** Responses of the test's host, by path. */
const pages: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  "/image": (response) => response.end(small),
  "/gzip": (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(small)),
  "/brotli": (response) => response.setHeader("content-encoding", "br").end(brotliCompressSync(small)),
  "/deflate-bomb": (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(5_000_000))),
  "/broken-gzip": (response) => response.setHeader("content-encoding", "gzip").end("no gzip at all"),
  "/encoding-of-every-object": (response) => response.setHeader("content-encoding", "constructor").end(small),
  "/odd-encoding": (response) => response.setHeader("content-encoding", "zstd, gzip").end(small),
  "/declared-too-large": (response) => response.writeHead(200, { "content-length": "10001" }).flushHeaders(),
  "/endless": (response) => {
    const more = () => {
      while (response.write(Buffer.alloc(4_096))) if (response.destroyed) return;
      response.once("drain", more);
    };
    more();
  },
  "/drip": (response) => {
    const timer = setInterval(() => response.write("."), 50);
    response.on("close", () => clearInterval(timer));
  },
  "/silent": () => {},
  "/cut": (response) => {
    response.writeHead(200, { "content-length": "100" }).write("part");
    setTimeout(() => response.destroy(), 20);
  },
  "/loop": (response) => response.writeHead(302, { location: "/loop" }).end(),
  "/three": (response) => response.writeHead(307, { location: "/two" }).end(),
  "/two": (response) => response.writeHead(301, { location: "/one" }).end(),
  "/one": (response) => response.writeHead(308, { location: "/image" }).end(),
  "/nowhere": (response) => response.writeHead(302, { location: "http://[" }).end(),
  "/no-location": (response) => response.writeHead(302).end(),
  "/headers": (response, request) => response.end(JSON.stringify(request.headers)),
};

let server: Server;
let garbled: TcpServer;
let host: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const status = /^\/status\/(\d+)$/.exec(path)?.[1];
    if (status) response.writeHead(Number(status), { "retry-after": "2" }).end("no image");
    else pages[path]?.(response, request);
  });
  garbled = createTcpServer((socket) =>
    socket
      .on("error", () => {})
      .end("this is not HTTP\r\n\r\n")
      .resume(),
  );
  await Promise.all([server, garbled].map((each) => new Promise<void>((done) => each.listen(0, "127.0.0.1", done))));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

it.each([
  ["/status/429", 2_000],
  ["/status/503", 2_000],
  ["/status/500", 2_000],
  ["/cut", 0],
  ["/silent", 0],
  ["/status/404", undefined],
  ["/status/403", undefined],
  ["/status/400", undefined],
  ["/declared-too-large", undefined],
  ["/loop", undefined],
])("says of %s whether, and after which time, another attempt may succeed", async (path, afterMs) => {
  const expected = afterMs === undefined ? undefined : { afterMs };
  await expect(fetchPath(path)).rejects.toMatchObject({ name: "ImageError", again: expected });
});

it("says that a refused connection may be tried again", async () => {
  const closed = createTcpServer();
  await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
  const name = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((done) => closed.close(done));
  const refused = fetchHttp(new URL(`http://${name}/image`), { allowedHosts: [name], maxBytes, timeoutMs });
  await expect(refused).rejects.toMatchObject({ code: "ConnectionFailed", again: { afterMs: 0 } });
});

afterAll(async () => {
  server.closeAllConnections();
  await Promise.all([server, garbled].map((each) => new Promise((done) => each.close(done))));
});

const fetchPath = (path: string) =>
  fetchHttp(new URL(`http://${host}${path}`), { allowedHosts: [host], maxBytes, timeoutMs: timeoutOf(path) });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fetched",
    (error: { code: string }) => error.code,
  );

describe("fetching a web image", () => {
  it.each(["/image", "/gzip", "/brotli", "/one", "/two", "/three"])("%s returns its bytes", async (path) => {
    expect(await fetchPath(path)).toEqual(small);
  });

  it("requests images without compression, and sends a User-Agent", async () => {
    const headers = JSON.parse((await fetchPath("/headers")).toString());
    expect(headers).toMatchObject({ accept: "image/*,*/*;q=0.8", "accept-encoding": "identity", host });
    expect(headers["user-agent"]).toContain("deep-learning-workflow");
  });

  it.each([
    ["/status/404", "ImageNotFound"],
    ["/status/410", "ImageNotFound"],
    ["/status/401", "AccessDenied"],
    ["/status/403", "AccessDenied"],
    ["/status/429", "TooManyRequests"],
    ["/status/500", "UpstreamError"],
    ["/status/503", "UpstreamError"],
    ["/status/204", "UpstreamError"],
    ["/status/418", "UpstreamError"],
    ["/loop", "TooManyRedirects"],
    ["/nowhere", "UpstreamError"],
    ["/no-location", "UpstreamError"],
    ["/declared-too-large", "ImageTooLarge"],
    ["/endless", "ImageTooLarge"],
    ["/deflate-bomb", "ImageTooLarge"],
    ["/broken-gzip", "UpstreamError"],
    ["/odd-encoding", "UpstreamError"],
    ["/drip", "FetchTimeout"],
    ["/silent", "FetchTimeout"],
    ["/cut", "ConnectionFailed"],
  ])("%s fails with %s", async (path, code) => {
    expect(await codeOf(fetchPath(path))).toBe(code);
  });

  it("ends a slow stream of bytes when the total time is up", async () => {
    // The stream never ends by itself.
    await expect(fetchPath("/drip")).rejects.toThrow(/given up after \d{3,} ms: it did not send the whole image/);
  });

  it("a closed port is ConnectionFailed", async () => {
    const closed = createTcpServer();
    await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
    const free = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((done) => closed.close(done));
    const work = fetchHttp(new URL(`http://${free}/`), { allowedHosts: [free], maxBytes, timeoutMs });
    expect(await codeOf(work)).toBe("ConnectionFailed");
  });

  it("TLS to a host without TLS is ConnectionFailed", async () => {
    const work = fetchHttp(new URL(`https://${host}/image`), { allowedHosts: [host], maxBytes, timeoutMs });
    expect(await codeOf(work)).toBe("ConnectionFailed");
  });

  it("a response that is not HTTP is UpstreamError", async () => {
    const location = `127.0.0.1:${(garbled.address() as AddressInfo).port}`;
    const work = fetchHttp(new URL(`http://${location}/`), { allowedHosts: [location], maxBytes, timeoutMs });
    expect(await codeOf(work)).toBe("UpstreamError");
  });

  it("a name without an address is HostNotFound, and a DNS request without a response is FetchTimeout", async () => {
    const rules = { allowedHosts: ["*"], maxBytes };
    const url = new URL("http://example.test/");
    const absent = fetchHttp(url, { ...rules, timeoutMs, resolve: async () => [] });
    const silent = fetchHttp(url, { ...rules, timeoutMs: timeoutOf("/silent"), resolve: () => new Promise(() => {}) });
    expect(await Promise.all([absent, silent].map(codeOf))).toEqual(["HostNotFound", "FetchTimeout"]);
  });

  it("resolves a name once per hop, and connects to the resolved address", async () => {
    const [, port] = host.split(":");
    let calls = 0;
    const resolve = async () => {
      calls++;
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const name = `localhost:${port}`;
    const rules = { allowedHosts: [name], maxBytes, timeoutMs, resolve };
    expect(await fetchHttp(new URL(`http://${name}/one`), rules)).toEqual(small);
    expect(calls).toBe(2);
  });

  it("leaves no connection open, whatever the outcome", async () => {
    await Promise.all(
      ["/image", "/endless", "/status/404", "/declared-too-large"].map((path) => codeOf(fetchPath(path))),
    );
    await expect.poll(() => new Promise((done) => server.getConnections((_error, count) => done(count)))).toBe(0);
  });
});
