import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandIn } from "./test-support/command.ts";
import { type Asked, type FakeApi, fakeApi } from "./test-support/fake-api.ts";
import { rowsOf } from "./test-support/json-rows.ts";

/** Lists that only the service reads, and long lists, which go up as one manifest. */
let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await fakeApi();
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-lists-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

function command(parameters: readonly string[], stdin: string | Buffer = "", signal?: AbortSignal) {
  async function* input() {
    yield Buffer.from(stdin);
  }
  return commandIn({ api, folder }, parameters, { stdin: input(), ...(signal && { signal }) });
}
const requests = (at: string): readonly Asked[] => api.asked.filter(({ path: asked }) => asked === at);
const bodies = (at: string) => requests(at).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
const urls = (count: number, name = "") =>
  Array.from({ length: count }, (_, at) => `https://example.com/${name}${at}.jpg`);
const namesOf = (out: string) => rowsOf(out).map(({ image }) => image);

describe("a prefix", () => {
  it("is one request, whose images are shown under their names in the order of the service", async () => {
    const images = urls(3, "p").map((url) => url.replace("https://example.com", "s3://photos/2026"));
    api.prefixes.set("s3://photos/2026/", [...images, "s3://photos/2026/bad.jpg"]);
    const { exitCode, out } = await command(["--json", "--top-k", "2", "s3://photos/2026/"]);
    expect([exitCode, namesOf(out)]).toEqual([1, [...images, "s3://photos/2026/bad.jpg"]]);
    expect(bodies("/classify")).toEqual([{ images: "s3://photos/2026/", topK: 2 }]);
  });

  it("may be named beside others and photos: rows are numbered through, in the order of the inputs", async () => {
    writeFileSync(path.join(folder, "a.jpg"), "bytes");
    api.prefixes.set("s3://x/1/", ["s3://x/1/a.jpg", "s3://x/1/b.jpg"]);
    api.prefixes.set("s3://x/2/", ["s3://x/2/c.jpg"]);
    const { out } = await command(["--json", "s3://x/1/", "a.jpg", "s3://x/2/"]);
    expect(namesOf(out)).toEqual(["s3://x/1/a.jpg", "s3://x/1/b.jpg", "a.jpg", "s3://x/2/c.jpg"]);
    const csv = await command(["--csv", "s3://x/1/", "a.jpg", "s3://x/2/"]);
    expect(csv.out.split("\r\n").map((line) => line.split(",")[0])).toEqual(["image", ...namesOf(out), ""]);
  });

  it("that the stack may not read is exit code 3, with the reason", async () => {
    api.intercept = ({ path: at }) =>
      at === "/classify" ? { status: 400, body: { code: "BucketNotAllowed", message: "Not this bucket." } } : undefined;
    const { exitCode, err, out } = await command(["s3://other/p/"]);
    expect([exitCode, out, err]).toEqual([3, "", "BucketNotAllowed: Not this bucket.\n"]);
  });

  it("that the stack may not read does not cost other inputs", async () => {
    api.intercept = ({ path: at, body }) =>
      at === "/classify" && body.includes("s3://other/")
        ? { status: 400, body: { code: "BucketNotAllowed", message: "Not this bucket." } }
        : undefined;
    const { exitCode, out, err } = await command(["--json", "s3://other/p/", "https://example.com/a.jpg"]);
    expect([exitCode, namesOf(out), err]).toEqual([
      1,
      ["https://example.com/a.jpg"],
      "BucketNotAllowed: Not this bucket.\n",
    ]);
  });

  it("that is empty is exit code 4, and does not cost other inputs", async () => {
    const error = { code: "PrefixEmpty", message: "No image is below it." };
    api.intercept = ({ path: at, method }) =>
      method === "GET" && api.executions.get(at.split("/")[2] ?? "")?.images.length === 0
        ? { status: 200, body: { executionId: "e", status: "FAILED", startedAt: "2026-01-01T00:00:00.000Z", error } }
        : undefined;
    const alone = await command(["s3://x/none/"]);
    expect([alone.exitCode, alone.err]).toEqual([4, "PrefixEmpty: No image is below it.\n"]);
    const { exitCode, out } = await command(["--json", "s3://x/none/", "https://example.com/a.jpg"]);
    expect([exitCode, namesOf(out)]).toEqual([1, ["https://example.com/a.jpg"]]);
  });

  it("at Ctrl-C says how to follow it again, and what was not started", async () => {
    const interrupted = new AbortController();
    api.prefixes.set("s3://x/1/", ["s3://x/1/a.jpg"]);
    api.runningPolls = 1_000;
    api.intercept = ({ method }) => {
      if (method === "GET") interrupted.abort();
      return undefined;
    };
    const { exitCode, out, err } = await command(["s3://x/1/", "s3://x/2/"], "", interrupted.signal);
    const [id] = api.executions.keys();
    expect([exitCode, out]).toEqual([130, ""]);
    expect(err).toContain(`Follow it: npm run classify -- --execution ${id}`);
    expect(err).toContain('Not started: "s3://x/2/".');
  });
});

describe("a manifest in S3", () => {
  it.each(["list.jsonl", "list.csv", "list.json", "list.CSV.gz", "list.tsv"])("is passed on: %s", async (key) => {
    api.manifests.set(`s3://x/${key}`, ["s3://x/a.jpg"]);
    const { out } = await command(["--json", `s3://x/${key}`]);
    expect(namesOf(out)).toEqual(["s3://x/a.jpg"]);
    expect(bodies("/classify")).toEqual([{ manifest: `s3://x/${key}`, topK: 1 }]);
    expect(requests("/uploads")).toEqual([]);
  });

  it("in a format that the service does not read is refused with the formats that it reads", async () => {
    expect(await command(["s3://x/list.txt"])).toMatchObject({ exitCode: 2, err: expect.stringMatching(/JSON Lines/) });
  });
});

describe("a long list", () => {
  const long = [...urls(150), "https://example.com/bad.jpg", ...urls(2)];

  it.each([
    ["arguments", long, ""],
    ["lines on standard input", ["-"], long.join("\n")],
    ["JSON on standard input", ["-"], JSON.stringify(long)],
    ["the body of a request on standard input", ["-"], JSON.stringify({ images: long }, null, 2)],
    ["JSON Lines on standard input", ["-"], long.map((image) => JSON.stringify({ image })).join("\n")],
    ["CSV on standard input", ["-"], ["id,url", ...long.map((image, at) => `${at},${image}`)].join("\n")],
    ["a text file", ["list.txt"], ""],
  ])("goes up as one manifest, with one line per image: %s", async (_what, parameters, stdin) => {
    writeFileSync(path.join(folder, "list.txt"), long.join("\n"));
    const { exitCode, out } = await command(["--json", ...parameters], stdin);
    expect([exitCode, namesOf(out)]).toEqual([1, long]);
    expect([...api.manifests.values()]).toEqual([long.slice(0, 151)]);
    expect(bodies("/uploads")).toEqual([
      { contentType: "application/x-ndjson", bytes: expect.any(Number), name: "images.jsonl" },
    ]);
    expect(bodies("/classify")).toEqual([{ manifest: "s3://bucket/uploads/0.jsonl", topK: 1 }]);
  });

  it("leaves photos of this machine in groups, and keeps the order of both", async () => {
    writeFileSync(path.join(folder, "own.jpg"), "bytes");
    writeFileSync(path.join(folder, "list.txt"), ["own.jpg", ...long, "own.jpg"].join("\n"));
    const { out } = await command(["--json", "list.txt"]);
    expect(namesOf(out)).toEqual(["own.jpg", ...long, "own.jpg"]);
    expect(bodies("/classify")).toHaveLength(2);
  });

  it("is split where the stack allows fewer images per execution", async () => {
    const error = { code: "TooManyImages", message: "At most 100." };
    api.intercept = ({ path: at, method }) =>
      method === "GET" && (api.executions.get(at.split("/")[2] ?? "")?.images.length ?? 0) > 100
        ? { status: 200, body: { executionId: "e", status: "FAILED", startedAt: "2026-01-01T00:00:00.000Z", error } }
        : undefined;
    const { exitCode, out } = await command(["--json", ...long]);
    expect([exitCode, namesOf(out)]).toEqual([1, long]);
    expect(bodies("/classify")).toHaveLength(3);
  });
});

describe("a long manifest on this machine", () => {
  const long = urls(150);
  const jsonLines = long.map((image) => JSON.stringify(image)).join("\n");
  const csv = `image\n${long.join("\n")}\n`;

  it.each([
    ["list.jsonl", jsonLines, "application/x-ndjson"],
    ["list.ndjson", jsonLines, "application/x-ndjson"],
    ["list.csv", csv, "text/csv"],
  ])("goes up as it is, with its name and content type: %s", async (name, text, contentType) => {
    writeFileSync(path.join(folder, name), text);
    const { exitCode, out } = await command(["--json", name]);
    expect([exitCode, namesOf(out)]).toEqual([0, long]);
    expect(bodies("/uploads")).toEqual([{ contentType, bytes: text.length, name }]);
    expect(requests("/bucket")[0]?.body).toContain(text);
  });

  it.each(["list.csv.gz", "list.jsonl.gz"])("may be compressed: %s", async (name) => {
    const bytes = gzipSync(name.includes("csv") ? csv : jsonLines);
    writeFileSync(path.join(folder, name), bytes);
    api.intercept = ({ path: at }) => (at === "/bucket" ? { status: 204 } : undefined);
    await command(["--json", name]);
    expect(bodies("/uploads")).toMatchObject([{ bytes: bytes.length, name }]);
  });

  it.each([
    ["a heading that the service does not read", "list.csv", csv.replace("image", "url")],
    ["another column first", "list.csv", ["file,image", ...long.map((url) => `${url},${url}`)].join("\n")],
    ["another coding", "list.csv", `${csv}https://example.com/\u00fc.jpg\n`],
    ["a field that the service does not read", "list.jsonl", long.map((url) => JSON.stringify({ url })).join("\n")],
  ])("is read here and sent as JSON Lines because of %s", async (_what, name, text) => {
    writeFileSync(path.join(folder, name), text, "latin1");
    await command(["--json", name]);
    expect(bodies("/uploads")[0]).toMatchObject({ contentType: "application/x-ndjson", name: "images.jsonl" });
  });

  it("with a bad line is refused before anything is sent", async () => {
    writeFileSync(path.join(folder, "list.jsonl"), `${jsonLines}\n{"image": \n`);
    expect(await command(["list.jsonl"])).toMatchObject({ exitCode: 2, err: expect.stringContaining("line 151") });
    expect(api.asked).toEqual([]);
  });

  it("of another format must not be compressed", async () => {
    writeFileSync(path.join(folder, "list.txt.gz"), gzipSync("x"));
    expect(await command(["list.txt.gz"])).toMatchObject({ exitCode: 2, err: expect.stringContaining("decompress") });
  });
});

describe("results as lines of JSON", () => {
  it("are printed while they arrive, and are requested again after a loss, each once", async () => {
    const images = urls(500);
    api.prefixes.set("s3://x/1/", images);
    api.resultsAsLines = true;
    let signed = 0;
    api.intercept = ({ path: at }) => {
      if (!at.endsWith("/signed") || signed++ > 0) return undefined;
      const text = images.slice(0, 200).map((image, index) => {
        return `${JSON.stringify({ index, image, width: 1, height: 1, predictions: [] })}\n`;
      });
      return { status: 200, headers: { "content-type": "application/x-ndjson" }, body: `${text.join("")}{"index"` };
    };
    const { exitCode, out } = await command(["--json", "s3://x/1/"]);
    expect([exitCode, signed, out.split("\n").length - 1]).toEqual([0, 2, 500]);
    expect(namesOf(out)).toEqual(images);
  });

  it("that are no results are an error", async () => {
    api.prefixes.set("s3://x/1/", urls(1));
    api.resultsAsLines = true;
    api.intercept = ({ path: at }) =>
      at.endsWith("/signed")
        ? { status: 200, headers: { "content-type": "application/x-ndjson" }, body: "{}\n" }
        : undefined;
    expect(await command(["s3://x/1/"])).toMatchObject({ exitCode: 3, err: expect.stringContaining("Line 1") });
  });
});

it.each([true, false])("results may have an error code of a newer service (as lines: %j)", async (asLines) => {
  const [image = ""] = urls(1);
  const results = [{ index: 0, image, error: { code: "ImageIsAPoem", message: "It rhymes." } }];
  api.prefixes.set("s3://x/1/", urls(1));
  api.resultsAsLines = asLines;
  api.intercept = ({ path: at, method }) => {
    if (at.endsWith("/signed")) {
      const headers = { "content-type": "application/x-ndjson" };
      return { status: 200, headers, body: `${JSON.stringify(results[0])}\n` };
    }
    if (asLines || method !== "GET") return undefined;
    return { status: 200, body: { executionId: "x", startedAt: "2026-01-01", status: "SUCCEEDED", results } };
  };
  const { exitCode, out } = await command(["--json", "s3://x/1/"]);
  expect([exitCode, out]).toEqual([1, expect.stringContaining("ImageIsAPoem")]);
});

it("results that were printed before their stream failed make the exit code 1", async () => {
  const [image = ""] = urls(1);
  const result = JSON.stringify({ index: 0, image, width: 1, height: 1, predictions: [] });
  api.prefixes.set("s3://x/1/", urls(2));
  api.resultsAsLines = true;
  api.intercept = ({ path: at }) =>
    at.endsWith("/signed")
      ? { status: 200, headers: { "content-type": "application/x-ndjson" }, body: `${result}\n{}\n` }
      : undefined;
  const { exitCode, out } = await command(["--json", "s3://x/1/"]);
  expect([exitCode, namesOf(out)]).toEqual([1, [image]]);
});
