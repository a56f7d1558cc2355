import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "#local-aws";
import { bucketNamed, type Harness, startHarness } from "../packages/local-aws/src/server/test-support/harness.ts";
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
  const graph: Graph = {
    ...{ project: "shop", stack: "dev", region: "us-east-1", accountId: "000000000000" },
    ...{
      resources: [],
      outputs: {},
      warnings: [],
      images: [],
      functions: [],
      roles: [],
      stateMachines: [],
      objects: [],
    },
    ...{ logGroups: [], buckets: [bucketNamed("photos")], restApis: [] },
  };
  page = createPage({ root, port: harness.port, graph: () => graph, s3: harness.s3 });
});

afterAll(async () => {
  await harness?.close();
  rmSync(root, { recursive: true, force: true });
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const get = (place: string, headers: Record<string, string> = {}) =>
  page(new Request(`http://localhost:${harness.port}${place}`, { headers }));

describe("the console", () => {
  it("is served at the root, with its script bundled from TypeScript, under a strict policy", async () => {
    const index = await get("/");
    expect([index?.status, await index?.text()]).toEqual([200, expect.stringContaining("console")]);
    expect(index?.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await (await get("/console.js"))?.text()).toContain("from TypeScript");
  });

  it("follows edits of its script", async () => {
    writeFileSync(path.join(root, "console/src/main.ts"), 'console.log("edited since");');
    expect(await (await get("/console.js"))?.text()).toContain("edited since");
  });

  it.each(["/secret.json", "/src/main.ts", "/%2e%2e/secret.json", "/..%2fsecret.json", "/.hidden.json", "/src"])(
    "%s is none of its files",
    async (place) => {
      expect(await get(place)).toBeUndefined();
    },
  );

  it("alone learns how to reach the services: a browser tells where a request comes from", async () => {
    const place = "/console/config.json";
    expect(await (await get(place, { "sec-fetch-site": "same-origin" }))?.json()).toMatchObject({
      stack: "dev",
      endpoint: `http://localhost:${harness.port}`,
      credentials: { accessKeyId: "operator" },
    });
    for (const site of ["cross-site", "same-site", "none"]) {
      expect((await get(place, { "sec-fetch-site": site }))?.status).toBe(403);
    }
    expect((await get(place))?.status).toBe(403);
  });
});

describe("the samples", () => {
  it("are plain files for everybody, in ranges too", async () => {
    const response = await get("/samples/a%20b.jpg", { range: "bytes=0-2" });
    expect([response?.status, await response?.text(), response?.headers.get("content-type")]).toEqual([
      206,
      "pic",
      "image/jpeg",
    ]);
  });

  it.each(["/samples/absent.jpg", "/samples/..%2fuploads/private.jpg", "/samples/"])(
    "%s is not among them",
    async (place) => {
      expect((await get(place))?.status).toBe(404);
    },
  );
});
