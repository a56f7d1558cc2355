import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "#local-aws";
import { PageSessions } from "../../console/server/page-session.ts";
import {
  bucketNamed,
  type Harness,
  operatorKey,
  startHarness,
} from "../../packages/local-aws/src/server/test-support/harness.ts";
import { createPage } from "./page.ts";

let root: string;
let harness: Harness;
let page: (request: Request) => Promise<Response | undefined>;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "page-"));
  for (const folder of ["console/src", "contract"]) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, "console/index.html"), "<!doctype html><title>console</title>");
  writeFileSync(path.join(root, "console/src/main.ts"), 'const text: string = "from TypeScript"; console.log(text);');
  writeFileSync(path.join(root, "secret.json"), "{}");
  const object = {
    bucket: "photos",
    key: "samples/a b.jpg",
    source: { content: "picture" },
    contentType: "image/jpeg",
  };
  harness = await startHarness({ s3: { objects: [object] } });
  await harness.s3.store("photos")?.put("uploads/private.jpg", { bytes: bytesOf("private") }, {});
  page = pageOf(false);
});

const graph: Graph = {
  project: "shop",
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  resources: [],
  outputs: {},
  warnings: [],
  images: [],
  functions: [],
  roles: [],
  stateMachines: [],
  objects: [],
  logGroups: [],
  eventRules: [],
  buckets: [bucketNamed("photos")],
  restApis: [],
};

let sessions: PageSessions;

function pageOf(requiresToken: boolean): typeof page {
  sessions = new PageSessions({ port: harness.port, requiresToken });
  return createPage({ root, port: harness.port, graph: () => graph, s3: harness.s3, operator: operatorKey, sessions });
}

afterAll(async () => {
  await harness?.close();
  rmSync(root, { recursive: true, force: true });
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const get = (location: string, headers: Record<string, string> = {}) =>
  page(new Request(`http://localhost:${harness.port}${location}`, { headers }));

describe("the console", () => {
  it("is served at the root, with its script bundled from TypeScript, under a strict policy", async () => {
    const index = await get("/");
    expect([index?.status, await index?.text()]).toEqual([200, expect.stringContaining("console")]);
    const policy = index?.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]),
    );
    expect(policy).not.toContain("unsafe");
    expect(await (await get("/console.js"))?.text()).toContain("from TypeScript");
  });

  it("follows edits of its script", async () => {
    writeFileSync(path.join(root, "console/src/main.ts"), 'console.log("edited since");');
    expect(await (await get("/console.js"))?.text()).toContain("edited since");
  });

  it.each(["/secret.json", "/src/main.ts", "/%2e%2e/secret.json", "/..%2fsecret.json", "/.hidden.json", "/src"])(
    "%s is not one of its files",
    async (location) => {
      expect(await get(location)).toBeUndefined();
    },
  );

  it("gets the stack's configuration without secrets, and other pages do not", async () => {
    const location = "/console/config.json";
    const cookie = cookieOf(await get("/"));
    const own = { "sec-fetch-site": "same-origin", cookie };
    const text = await (await get(location, own))?.text();
    expect(JSON.parse(text ?? "")).toMatchObject({ stack: "dev", buckets: ["photos"] });
    expect(text).not.toContain(operatorKey.secretAccessKey);
    for (const site of ["cross-site", "same-site", "none"]) {
      expect((await get(location, { ...own, "sec-fetch-site": site }))?.status).toBe(403);
    }
    expect((await get(location, { cookie }))?.status).toBe(403);
    expect((await get(location, { "sec-fetch-site": "same-origin" }))?.status).toBe(401);
  });

  it("with --token opens only through the printed URL, once", async () => {
    page = pageOf(true);
    expect((await get("/"))?.headers.get("set-cookie")).toBeNull();
    expect((await get("/?token=guess"))?.headers.get("set-cookie")).toBeNull();
    const { entrance } = sessions;
    const opened = await get(entrance);
    expect([opened?.status, opened?.headers.get("location")]).toEqual([303, "/"]);
    const cookie = cookieOf(opened);
    expect((await get("/console/config.json", { "sec-fetch-site": "same-origin", cookie }))?.status).toBe(200);
    expect((await get(entrance))?.headers.get("set-cookie")).toBeNull();
    expect(sessions.entrance).not.toBe(entrance);
    page = pageOf(false);
  });
});

/** The cookie of a response, as a browser sends it back. */
function cookieOf(response: Response | undefined): string {
  const header = response?.headers.get("set-cookie") ?? "";
  expect(header).toMatch(/^console-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
  return header.split(";")[0] ?? "";
}

describe("access to AWS", () => {
  const origin = (): string => `http://localhost:${harness.port}`;
  const call = async (location: string, input: unknown, headers: Record<string, string> = {}) => {
    const cookie = cookieOf(await get("/"));
    const init = { method: "POST", body: JSON.stringify(input) };
    return page(new Request(origin() + location, { ...init, headers: { origin: origin(), cookie, ...headers } }));
  };

  it("signs on behalf of the page: a picture's URL works, and the page has no key", async () => {
    const response = await call("/aws/s3/GetObject", { Bucket: "photos", Key: "samples/a b.jpg" });
    const { url } = (await response?.json()) as { url: string };
    expect(await (await fetch(url)).text()).toBe("picture");
  });

  it("passes on the error name of a service, and the API's status", async () => {
    const refused = await call("/aws/states/ListExecutions", { stateMachineArn: "arn" });
    expect([refused?.status, await refused?.json()]).toEqual([
      400,
      { code: "UnknownServiceException", message: expect.any(String) },
    ]);
    expect((await call("/aws/execute-api/Invoke", { method: "GET", path: "/executions/x" }))?.status).toBe(404);
  });

  it.each([
    ["another origin", "/aws/s3/GetObject", { origin: "http://evil.example" }, 403],
    ["no origin", "/aws/s3/GetObject", { origin: "" }, 403],
    ["another port's page", "/aws/s3/GetObject", { origin: "http://localhost:1" }, 403],
    ["no session", "/aws/s3/GetObject", { cookie: "" }, 401],
    ["a guessed session", "/aws/s3/GetObject", { cookie: "console-1=x" }, 401],
    ["an operation that the page does not use", "/aws/s3/DeleteObject", {}, 404],
    ["a service that the page does not use", "/aws/iam/CreateUser", {}, 404],
    ["a name of every object", "/aws/states/constructor", {}, 404],
  ])("rejects %s", async (_what, location, headers, status) => {
    const response = await call(location, { Bucket: "photos", Key: "samples/a b.jpg" }, headers as never);
    expect(response?.status).toBe(status);
  });

  it.each(["//evil.example/x", "/\\evil.example", "http://evil.example/", "x", "/x#y"])(
    "calls no other host, and rejects an invalid path: %s",
    async (path) => {
      expect((await call("/aws/execute-api/Invoke", { method: "GET", path }))?.status).toBe(400);
    },
  );

  it("accepts JSON of a limited size, by POST", async () => {
    const cookie = cookieOf(await get("/"));
    const headers = { origin: origin(), cookie };
    const send = (init: RequestInit) => page(new Request(`${origin()}/aws/s3/GetObject`, { headers, ...init }));
    expect((await send({ method: "POST", body: "no json" }))?.status).toBe(400);
    expect((await send({ method: "POST", body: "x".repeat(4 * 1024 * 1024 + 1) }))?.status).toBe(413);
    expect((await send({ method: "GET" }))?.status).toBe(405);
  });
});

describe("the samples", () => {
  it("are public files, including ranges", async () => {
    const response = await get("/samples/a%20b.jpg", { range: "bytes=0-2" });
    expect([response?.status, await response?.text(), response?.headers.get("content-type")]).toEqual([
      206,
      "pic",
      "image/jpeg",
    ]);
  });

  it.each(["/samples/absent.jpg", "/samples/..%2fuploads/private.jpg", "/samples/"])(
    "%s is not one of them",
    async (location) => {
      expect((await get(location))?.status).toBe(404);
    },
  );

  it("support conditions and ranges, and return a status for those that cannot be met", async () => {
    const location = "/samples/a%20b.jpg";
    const etag = (await get(location))?.headers.get("etag") ?? "";
    const statuses = [{ "if-none-match": etag }, { "if-match": '"other"' }, { range: "bytes=100-" }].map(
      async (headers) => (await get(location, headers as never))?.status,
    );
    expect(await Promise.all(statuses)).toEqual([304, 412, 416]);
  });

  it("ignore response headers in the query", async () => {
    const response = await get("/samples/a%20b.jpg?response-content-type=text/html");
    expect([response?.status, await response?.text()]).toEqual([400, expect.stringContaining("InvalidRequest")]);
  });

  it.runIf(process.platform === "linux")("leave no file open after a rejected request", async () => {
    const openBlobs = (): number =>
      readdirSync("/proc/self/fd").filter((fd) => linkOf(`/proc/self/fd/${fd}`).includes(harness.dataDir)).length;
    const before = openBlobs();
    const etag = (await get("/samples/a%20b.jpg", { method: "HEAD" }))?.headers.get("etag") ?? "";
    for (const headers of [{ "if-none-match": etag }, { "if-match": '"other"' }, { range: "bytes=100-" }]) {
      await get("/samples/a%20b.jpg", headers as never);
    }
    await get("/samples/a%20b.jpg?response-content-type=text/html");
    await (await get("/samples/a%20b.jpg"))?.body?.cancel();
    await expect.poll(openBlobs).toBe(before);
  });
});

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}
