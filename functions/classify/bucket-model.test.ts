import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BucketModel } from "../../contract/environment.ts";
import { fetchModel } from "./bucket-model.ts";

const contents: Readonly<Record<string, string>> = { "native.json": "[]", "weights.bin": "w".repeat(100_000) };
/** Parts that no other test fetches. */
const others: Readonly<Record<string, string>> = {
  "labels.json": "[]",
  "int8/probe/cases.json": "[1]",
  "int8/native.json": "{}",
};
const model: BucketModel = {
  source: "bucket",
  prefix: "models/0123/",
  files: Object.fromEntries(
    Object.entries({ ...contents, ...others }).map(([name, text]) => [
      name,
      { bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") },
    ]),
  ),
};
const problem = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;

let server: Server;
let client: S3Client;
let parent: string;
/** Responses that replace the object, by file name. */
let instead: Record<string, (response: ServerResponse) => void>;
let requests: string[];

beforeEach(async () => {
  [instead, requests] = [{}, []];
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://s3");
    requests.push(pathname);
    const name = pathname.slice("/data/models/0123/".length);
    const answer = instead[name] ?? ((to: ServerResponse) => to.end(contents[name] ?? others[name]));
    answer(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  parent = mkdtempSync(path.join(os.tmpdir(), "bucket-model-"));
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(parent, { recursive: true, force: true });
});
const fetched = (withinMs = 20_000) => fetchModel({ bucket: "data", model, part: "float32", parent, withinMs, client });

describe("a model in the bucket", () => {
  it("is fetched from the prefix of its version, byte for byte", async () => {
    const folder = await fetched();
    expect(requests.sort()).toEqual(["/data/models/0123/native.json", "/data/models/0123/weights.bin"]);
    for (const [name, text] of Object.entries(contents))
      expect(readFileSync(path.join(folder, name), "utf8")).toBe(text);
  });

  it("is fetched in parts: the probe with the common files, and each form separately", async () => {
    const fetchPart = (part: "common" | "int8") => fetchModel({ bucket: "data", model, part, parent, client });
    const common = await fetchPart("common");
    expect(requests.sort()).toEqual(["/data/models/0123/int8/probe/cases.json", "/data/models/0123/labels.json"]);
    const integers = await fetchPart("int8");
    expect(requests.slice(2)).toEqual(["/data/models/0123/int8/native.json"]);
    expect([
      readFileSync(path.join(common, "int8/probe/cases.json"), "utf8"),
      readFileSync(path.join(integers, "int8/native.json"), "utf8"),
    ]).toEqual(["[1]", "{}"]);
  });

  it("is fetched once for a sandbox that starts again", async () => {
    const folder = await fetched();
    expect(await fetched()).toBe(folder);
    expect(requests).toHaveLength(2);
    expect(readdirSync(parent)).toHaveLength(1);
  });

  it.each<[string, string, (response: ServerResponse) => void, RegExp]>([
    ["missing", "native.json", (to) => to.writeHead(404).end(problem("NoSuchKey")), /native\.json" is missing/],
    [
      "refused",
      "native.json",
      (to) => to.writeHead(403).end(problem("AccessDenied")),
      /may not read it \(AccessDenied/,
    ],
    ["broken", "native.json", (to) => to.writeHead(500).end(problem("InternalError")), /cannot be fetched/],
    ["shorter", "weights.bin", (to) => to.end("w"), /has 1 bytes .* not 100000/],
    ["longer", "weights.bin", (to) => to.end("w".repeat(300_000)), /more than 100000 bytes/],
    ["of the same size", "weights.bin", (to) => to.end("x".repeat(100_000)), /has 100000 bytes \(SHA-256/],
    [
      "cut off",
      "weights.bin",
      (to) => void to.writeHead(200, { "content-length": 100_000 }).write("w", () => to.destroy()),
      /weights\.bin/,
    ],
  ])("fails with BucketModelError if a file is %s, and leaves nothing behind", async (_what, name, answer, message) => {
    instead[name] = answer;
    await expect(fetched()).rejects.toMatchObject({
      name: "BucketModelError",
      message: expect.stringMatching(message),
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  it("does not wait for a server that hangs", async () => {
    instead["weights.bin"] = (to) => void to.writeHead(200).write("w");
    await expect(fetched(500)).rejects.toThrow(
      /"s3:\/\/data\/models\/0123\/weights\.bin" did not arrive within 500 ms/,
    );
    expect(readdirSync(parent)).toEqual([]);
  });
});
