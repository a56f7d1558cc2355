import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smoke } from "./smoke.ts";
import { smokeModel } from "./smoke-photo.ts";
import { type FakeApi, fakeApi } from "./test-support/fake-api.ts";

/** What the fake responds for an uploaded photo. */
const expected = { label: "s3://bucket/uploads/image/jpeg", probability: 0.5 };

let api: FakeApi;
let model: string;
beforeEach(async () => {
  api = await fakeApi();
  model = mkdtempSync(path.join(os.tmpdir(), "dlw-smoke-"));
  writeFileSync(path.join(model, "labrador.jpg"), "jpeg bytes");
});
afterEach(async () => {
  rmSync(model, { recursive: true, force: true });
  await api.close();
});

async function run(golden?: { label: string; probability: number }, ...parameters: string[]) {
  if (golden)
    writeFileSync(path.join(model, "golden.json"), JSON.stringify({ tolerance: 0.01, top: [{ index: 0, ...golden }] }));
  const out: string[] = [];
  const err: string[] = [];
  const surroundings = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    environment: { DLW_ENDPOINT: api.url, DLW_API_KEY: "the-key" },
    folder: model,
    root: model,
    timing: { retryMs: 1, pollMs: 1 },
  };
  return { exitCode: await smoke(["--model", ".", ...parameters], surroundings), out: out.join(""), err: err.join("") };
}

describe("npm run smoke", () => {
  it("passes an endpoint that reproduces the golden predictions, after warming it", async () => {
    expect(await run(expected)).toMatchObject({ exitCode: 0, out: expect.stringContaining("golden"), err: "" });
    expect(api.asked.filter(({ method, path: at }) => method === "POST" && at === "/classify")).toHaveLength(2);
  });

  it("reports a probability that differs by more than the tolerance", async () => {
    const { exitCode, err } = await run({ ...expected, probability: 0.52 });
    expect([exitCode, err]).toEqual([
      1,
      `"${expected.label}" has 0.5000; the golden prediction is 0.5200 (tolerance 0.01).\n`,
    ]);
  });

  it("reports a missing label", async () => {
    const { exitCode, err } = await run({ label: "Labrador retriever", probability: 0.5 });
    expect([exitCode, err]).toEqual([1, expect.stringContaining('"Labrador retriever" is not among the best')]);
  });

  it("compares a custom model with the pixels of its golden predictions", async () => {
    rmSync(path.join(model, "labrador.jpg"));
    writeFileSync(path.join(model, "golden.rgb"), Buffer.alloc(8 * 8 * 3, 200));
    const label = "s3://bucket/uploads/image/png";
    expect(await run({ label, probability: 0.5 })).toMatchObject({ exitCode: 0, err: "" });
    const sent = api.asked.find(({ path: at }) => at === "/bucket")?.body ?? "";
    const png = Buffer.from(sent.slice(sent.indexOf("\x89PNG")), "latin1");
    const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(data).toEqual(Buffer.alloc(8 * 8 * 3, 200));
  });

  it("uses the model in the stack's file", async () => {
    writeFileSync(path.join(model, "Pulumi.yaml"), "name: project\n");
    writeFileSync(path.join(model, "Pulumi.own.yaml"), "config:\n  project:modelDirectory: ./mine\n");
    writeFileSync(path.join(model, "Pulumi.empty.yaml"), "config:\n");
    const surroundings = { environment: { DLW_CACHE_DIR: model }, folder: model, root: model };
    expect(await smokeModel({ stack: "own" }, surroundings)).toBe(path.join(model, "mine"));
    for (const stack of ["empty", "absent"]) {
      expect(await smokeModel({ stack }, surroundings)).toContain(path.join(model, "model"));
    }
    expect(await smokeModel({ stack: "own", model: "x" }, surroundings)).toBe(path.join(model, "x"));
  });

  it("explains in one sentence that the stack's file is no YAML", async () => {
    writeFileSync(path.join(model, "Pulumi.own.yaml"), "config:\n\tsize: 4\n");
    const reading = smokeModel({ stack: "own" }, { environment: {}, folder: model, root: model });
    await expect(reading).rejects.toThrow(/^"[^"]*Pulumi\.own\.yaml" cannot be read: [^\n]+\.$/);
  });

  it("has a help, and rejects options of classify", async () => {
    expect(await run(expected, "--help")).toMatchObject({ exitCode: 0, out: expect.stringContaining("--model") });
    expect(await run(expected, "photo.jpg")).toMatchObject({ exitCode: 2, err: expect.stringContaining("photo.jpg") });
  });

  it("explains how to build the model for the comparison", async () => {
    expect(await run()).toMatchObject({ exitCode: 2, err: expect.stringContaining("npm run model") });
  });
});
