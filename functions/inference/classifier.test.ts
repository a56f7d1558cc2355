import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildModel } from "../../model/build.ts";
import { candidates } from "./candidates.ts";
import { openClassifier } from "./classifier.ts";
import type { Candidate, Engine, EngineLoader } from "./engine.ts";
import { StartPhases } from "./phases.ts";
import { absent, floats, goldenLoader, inexact, integers, wrong } from "./test-support/engines.ts";
import { loadWebAssembly } from "./webassembly.ts";

let directory: string;
let work: string;

beforeAll(async () => {
  ({ directory } = await buildModel({ progress: () => {} }));
  work = await mkdtemp(path.join(tmpdir(), "dlw-classifier-"));
}, 300_000);
afterAll(() => rm(work, { recursive: true, force: true }));

/** A copy of the model with one file changed. */
async function changed(file: string, change: (bytes: Buffer) => Uint8Array | string): Promise<string> {
  const copy = await mkdtemp(path.join(work, "model-"));
  await cp(directory, copy, { recursive: true });
  await writeFile(path.join(copy, file), change(await readFile(path.join(directory, file))));
  return copy;
}

const native: EngineLoader = () => goldenLoader(directory);

describe("the engine", () => {
  it("classifies with the real model on WebAssembly", async () => {
    const classifier = await openClassifier({ directory, engine: "webassembly" });
    const pixels = (await readFile(path.join(directory, "golden.rgb"))).subarray(0, 299 * 299 * 3);
    const [first, second] = await classifier.classify(Buffer.concat([pixels, pixels]), 2, 3);
    classifier.close();
    expect(first?.map(({ label }) => label)).toEqual(["Labrador retriever", "golden retriever", "kuvasz"]);
    expect(second).toEqual(first);
    expect(classifier.choice).toMatch(/^LiteRT\.js .* WebAssembly runs "inception-v3-.*golden predictions\.$/);
  });

  it("scales and shifts colour values as the model's description declares", async () => {
    const folder = await changed("golden.rgb", (bytes) => bytes.map((byte) => 255 - byte));
    const description = path.join(folder, "classifier.json");
    const given = JSON.parse(await readFile(description, "utf8"));
    expect([given.scale, given.offset]).toEqual([1, 0]);
    await writeFile(description, JSON.stringify({ ...given, scale: -1, offset: 255 }));
    // The start compares with the golden predictions.
    const candidates = floats({ native: absent, webassembly: loadWebAssembly });
    const classifier = await openClassifier({ directory: folder, engine: "webassembly", candidates });
    classifier.close();
    expect(classifier.engine).toBe("webassembly");
  });

  it("is the native one if it works, without loading another", async () => {
    const native: EngineLoader = async (folder) => ({ ...(await loadWebAssembly(folder)), name: "native" });
    const classifier = await openClassifier({
      directory,
      engine: "auto",
      candidates: floats({ native, webassembly: absent }),
    });
    classifier.close();
    expect(classifier.engine).toBe("native");
  });

  it.each([
    ["cannot load", absent, /WebAssembly runs .* It is not installed\. \(absent\)$/],
    [
      "loads but returns wrong labels",
      wrong,
      /WebAssembly runs .* self-check in float32: .* "Labrador retriever" has 0\.0010 .*\(wrong labels\)$/,
    ],
  ])("is WebAssembly if the native one %s, and states why", async (_what, native, choice) => {
    const classifier = await openClassifier({
      directory,
      engine: "auto",
      candidates: floats({ native, webassembly: loadWebAssembly }),
    });
    classifier.close();
    expect([classifier.engine, classifier.choice]).toEqual(["webassembly", expect.stringMatching(choice)]);
  });

  it.each(["native", "webassembly"] as const)("%s is not replaced if the stack requires it", async (engine) => {
    const opening = openClassifier({ directory, engine, candidates: floats({ native: absent, webassembly: absent }) });
    await expect(opening).rejects.toMatchObject({ name: "EngineUnavailable", reason: "absent" });
  });
});

describe("the precision", () => {
  const wasm = floats({ native: absent, webassembly: absent }).slice(1);

  it("is int8 if the probe passes, and the form is fetched after the probe", async () => {
    const steps: string[] = [];
    const classifier = await openClassifier({
      engine: "auto",
      directory: async (part) => {
        steps.push(part);
        return directory;
      },
      candidates: [
        integers(native, async () => {
          steps.push("probe");
          return { verdict: new Promise((resolve) => setImmediate(() => resolve(void steps.push("verdict")))) };
        }),
        ...wasm,
      ],
    });
    classifier.close();
    expect([classifier.engine, classifier.precision]).toEqual(["native", "int8"]);
    expect(steps).toEqual(["common", "probe", "verdict", "int8"]);
    expect(classifier.choice).toContain("in int8 on ");
  });

  it("is float32 on the same engine if only int8 fails, and the int8 form is not fetched", async () => {
    const parts: string[] = [];
    const classifier = await openClassifier({
      engine: "auto",
      directory: async (part) => {
        parts.push(part);
        return directory;
      },
      candidates: [integers(native, inexact), ...floats({ native: native, webassembly: absent })],
    });
    classifier.close();
    expect([classifier.engine, classifier.precision]).toEqual(["native", "float32"]);
    expect(parts).toEqual(["common", "float32"]);
    expect(classifier.choice).toMatch(/It saturates\. \(inexact\)$/);
  });

  it("fails the start if int8 is required but unavailable: no slower engine takes over", async () => {
    const opening = openClassifier({
      directory,
      engine: "auto",
      precision: "int8",
      candidates: [
        integers(native, inexact),
        { ...integers(native), engine: "webassembly" },
        ...floats({ native, webassembly: native }),
      ],
    });
    await expect(opening).rejects.toMatchObject({ reason: "inexact", message: "It saturates." });
  });

  it("float32 runs no probe", async () => {
    const classifier = await openClassifier({
      directory,
      engine: "native",
      precision: "float32",
      candidates: [integers(absent, inexact), ...floats({ native: native, webassembly: absent })],
    });
    classifier.close();
    expect([classifier.precision, classifier.choice]).toEqual([
      "float32",
      expect.stringMatching(/golden predictions\.$/),
    ]);
  });

  it("is float32 for a model without an integer form", async () => {
    const folder = await changed("golden.json", (bytes) => {
      const { tolerance, top, others } = JSON.parse(bytes.toString());
      return JSON.stringify({ tolerance, top, others });
    });
    const classifier = await openClassifier({
      directory: folder,
      engine: "auto",
      candidates: [integers(absent), ...floats({ native: native, webassembly: absent })],
    });
    classifier.close();
    expect([classifier.precision, classifier.choice]).toEqual(["float32", expect.stringContaining("no integer form")]);
  });

  it("rejects int8 if only the second golden picture is wrong", async () => {
    let run = 0;
    const wrongLater: EngineLoader = async (folder) => {
      const engine = await native(folder, new StartPhases());
      const infer: Engine["infer"] = async (...given) => {
        run += 1;
        return run === 2 ? new Float32Array(1_001) : engine.infer(...given);
      };
      return { ...engine, infer };
    };
    const opening = openClassifier({
      directory,
      engine: "native",
      precision: "int8",
      candidates: [integers(wrongLater)],
    });
    await expect(opening).rejects.toMatchObject({
      reason: "wrong labels",
      message: expect.stringContaining("in golden picture 2"),
    });
  });

  it("allows int8 the larger tolerance, and float32 only its own", async () => {
    const folder = await changed("golden.json", (bytes) => {
      const golden = JSON.parse(bytes.toString());
      golden.top[0].probability -= (golden.tolerance + golden.integerTolerance) / 2;
      return JSON.stringify(golden);
    });
    const open = (tried: readonly Candidate[]) =>
      openClassifier({ directory: folder, engine: "native", candidates: tried });
    const classifier = await open([integers(native)]);
    classifier.close();
    expect(classifier.precision).toBe("int8");
    await expect(open(floats({ native, webassembly: absent }))).rejects.toMatchObject({ reason: "wrong labels" });
  });

  it("tries int8 before float32, and the probe before int8", () => {
    expect(candidates.map(({ engine, precision, probe }) => [engine, precision, probe !== undefined])).toEqual([
      ["native", "int8", true],
      ["native", "float32", false],
      ["webassembly", "int8", true],
      ["webassembly", "float32", false],
    ]);
  });
});

describe("a model that differs from the verified one is not served", () => {
  const open = (folder: string) => openClassifier({ directory: folder, engine: "webassembly" });

  it.each([
    ["weights.bin", "float32"],
    ["int8/weights.bin", "int8"],
  ] as const)("other weights in %s", async (file, precision) => {
    const folder = await changed(file, (bytes) => bytes.map((byte, index) => (index < 800 ? 255 - byte : byte)));
    const opening = openClassifier({ directory: folder, engine: "webassembly", precision });
    await expect(opening).rejects.toMatchObject({ reason: "wrong labels" });
  });

  it("labels in another order", async () => {
    const folder = await changed("labels.json", (bytes) => JSON.stringify(JSON.parse(bytes.toString()).reverse()));
    await expect(open(folder)).rejects.toMatchObject({ reason: "wrong labels" });
  });

  it("a label too few", async () => {
    const folder = await changed("labels.json", (bytes) => JSON.stringify(JSON.parse(bytes.toString()).slice(1)));
    await expect(open(folder)).rejects.toThrow("1001 values per image, but there are 1000 labels");
  });

  it.each([
    ["golden.rgb", (bytes: Buffer) => bytes.subarray(1), "has 804608 bytes, not 804609"],
    ["classifier.json", () => "{}", "is not of its shape"],
    ["golden.json", () => "no JSON", "is not of its shape"],
  ])("a damaged %s", async (file, change, message) => {
    const folder = await changed(file, change);
    await expect(open(folder)).rejects.toThrow(message);
  });

  it("reports the file and the remedy for a missing folder", async () => {
    await expect(open(path.join(work, "nothing"))).rejects.toThrow(
      /classifier\.json" cannot be read \(ENOENT\): build/,
    );
  });
});
