import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildModel } from "../../model/build.ts";
import { openClassifier } from "./classifier.ts";
import { type Engine, type EngineLoader, EngineUnavailable } from "./engine.ts";
import { loadWebAssembly } from "./webassembly.ts";

let directory: string;
let work: string;

beforeAll(async () => {
  ({ directory } = await buildModel({ progress: () => {} }));
  work = await mkdtemp(path.join(tmpdir(), "dlw-classifier-"));
}, 120_000);
afterAll(() => rm(work, { recursive: true, force: true }));

/** A copy of the model with one file changed. */
async function changed(file: string, change: (bytes: Buffer) => Uint8Array | string): Promise<string> {
  const copy = await mkdtemp(path.join(work, "model-"));
  await cp(directory, copy, { recursive: true });
  await writeFile(path.join(copy, file), change(await readFile(path.join(directory, file))));
  return copy;
}

const absent: EngineLoader = async () => {
  throw new EngineUnavailable("absent", "It is not installed.");
};
const wrong: EngineLoader = async (): Promise<Engine> => ({
  name: "native",
  version: "TensorFlow 0",
  infer: async (_pixels, count) => new Float32Array(1_001 * count),
  close: () => {},
});

describe("the engine", () => {
  it("classifies with the real model on WebAssembly", async () => {
    const classifier = await openClassifier({ directory, engine: "webassembly" });
    const pixels = await readFile(path.join(directory, "golden.rgb"));
    const [first, second] = await classifier.classify(Buffer.concat([pixels, pixels]), 2, 3);
    classifier.close();
    expect(first?.map(({ label }) => label)).toEqual(["Labrador retriever", "golden retriever", "kuvasz"]);
    expect(second).toEqual(first);
    expect(classifier.choice).toMatch(/^TF\.js .* WebAssembly runs "inception-v3-.*golden predictions\.$/);
  });

  it("is the native one where it works, without loading another", async () => {
    const native: EngineLoader = async (folder) => ({ ...(await loadWebAssembly(folder)), name: "native" });
    const classifier = await openClassifier({ directory, engine: "auto", loaders: { native, webassembly: absent } });
    classifier.close();
    expect(classifier.engine).toBe("native");
  });

  it.each([
    ["cannot load", absent, /WebAssembly runs .* It is not installed\. \(absent\)$/],
    [
      "loads but answers wrong labels",
      wrong,
      /WebAssembly runs .* self-check: "Labrador retriever" has 0\.0010 .*\(wrong labels\)$/,
    ],
  ])("is WebAssembly when the native one %s, and says why", async (_what, native, choice) => {
    const classifier = await openClassifier({
      directory,
      engine: "auto",
      loaders: { native, webassembly: loadWebAssembly },
    });
    classifier.close();
    expect([classifier.engine, classifier.choice]).toEqual(["webassembly", expect.stringMatching(choice)]);
  });

  it.each(["native", "webassembly"] as const)("%s is not replaced when the stack insists on it", async (engine) => {
    const opening = openClassifier({ directory, engine, loaders: { native: absent, webassembly: absent } });
    await expect(opening).rejects.toMatchObject({ name: "EngineUnavailable", reason: "absent" });
  });
});

describe("a model that is not the one that was verified is not served", () => {
  const open = (folder: string) => openClassifier({ directory: folder, engine: "webassembly" });

  it("other weights", async () => {
    const folder = await changed("weights.bin", (bytes) =>
      bytes.map((byte, place) => (place < 800 ? 255 - byte : byte)),
    );
    await expect(open(folder)).rejects.toMatchObject({ reason: "wrong labels" });
  });

  it("labels in another order", async () => {
    const folder = await changed("labels.json", (bytes) => JSON.stringify(JSON.parse(bytes.toString()).reverse()));
    await expect(open(folder)).rejects.toMatchObject({ reason: "wrong labels" });
  });

  it("a label too few", async () => {
    const folder = await changed("labels.json", (bytes) => JSON.stringify(JSON.parse(bytes.toString()).slice(1)));
    await expect(open(folder)).rejects.toThrow("1001 values an image, but there are 1000 labels");
  });

  it.each([
    ["golden.rgb", (bytes: Buffer) => bytes.subarray(1), "has 268202 bytes, not 268203"],
    ["classifier.json", () => "{}", "is not of its shape"],
    ["golden.json", () => "no JSON", "is not of its shape"],
  ])("a damaged %s", async (file, change, message) => {
    const folder = await changed(file, change);
    await expect(open(folder)).rejects.toThrow(message);
  });

  it("a folder that is not there names the file and the remedy", async () => {
    await expect(open(path.join(work, "nothing"))).rejects.toThrow(
      /classifier\.json" cannot be read \(ENOENT\): build/,
    );
  });
});
