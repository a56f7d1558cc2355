import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wheelFor } from "../../../image/native/pins.ts";
import { run } from "../../../image/native/run.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { addonFile, nativeDirectory } from "./folder.ts";
import { mappedBytes, mapWeights } from "./mapped-weights.ts";
import { addonLocations } from "./places.ts";
import { loadWeights, weightReader } from "./weights.ts";

let work: string;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "dlw-native-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function put(folder: string, content = "not an addon"): Promise<string> {
  const file = path.join(folder, addonFile);
  await mkdir(folder, { recursive: true });
  await writeFile(file, content);
  return file;
}

describe("the search for native TensorFlow", () => {
  it("prefers the addon in the image to the one in the user's cache", async () => {
    const environment = { LAMBDA_TASK_ROOT: path.join(work, "task"), DLW_CACHE_DIR: path.join(work, "cache") };
    const image = await put(path.join(work, "task/native"));
    const cache = await put(nativeDirectory(environment));
    const own = addonLocations(environment).filter(({ origin }) => origin !== "tfjs-node");
    expect(own).toEqual([
      { file: image, origin: "image" },
      { file: cache, origin: "cache" },
    ]);
  });

  it("finds nothing if there is no file", () => {
    const environment = { LAMBDA_TASK_ROOT: path.join(work, "none"), DLW_CACHE_DIR: path.join(work, "none") };
    expect(addonLocations(environment).filter(({ origin }) => origin !== "tfjs-node")).toEqual([]);
  });
});

describe("an addon that does not load", () => {
  it("is reported with its file and the system's message", async () => {
    const file = await put(path.join(work, "broken"));
    expect(() => loadAddon([{ file, origin: "cache" }])).toThrow(
      expect.objectContaining({ reason: "cannot load", message: expect.stringContaining(`"${file}": `) }),
    );
  });

  it("is reported with the command that installs one if there is none", () => {
    expect(() => loadAddon([])).toThrow(
      expect.objectContaining({
        reason: expect.stringMatching(/^(absent|no addon)$/),
        message: expect.stringContaining("npm run setup:native"),
      }),
    );
  });
});

describe("weights", () => {
  it("are converted to float from their bytes, and every intermediate tensor is freed", () => {
    const live = new Map<number, unknown>();
    let next = 0;
    const add = (value: unknown): number => {
      next += 1;
      live.set(next, value);
      return next;
    };
    const calls: string[] = [];
    const addon = {
      TF_UINT8: 4,
      TF_FLOAT: 1,
      TF_ATTR_TYPE: 0,
      TF_ATTR_STRING: 1,
      createTensor: (_shape: readonly number[], _type: number, values: Uint8Array | Float32Array) => add([...values]),
      deleteTensor: (id: number) => live.delete(id),
      executeOp: (name: string, _attributes: unknown, inputs: readonly number[]) => {
        calls.push(`${name} ${JSON.stringify(inputs.map((id) => live.get(id)))}`);
        return [{ id: add(live.get(inputs[0] ?? 0)), shape: [], dtype: 1 }];
      },
    } as unknown as Addon;
    const weight = { op: "w", offset: 1, shape: [2, 2], quantised: { scale: 0.5, minimum: -1 } };
    const signature = { pixels: "p", output: "o", optimised: false, weights: [weight], mapped: [] };
    const bytes = Uint8Array.of(9, 1, 2, 3, 4, 9);
    const ids = loadWeights(addon, signature, (offset, length) => bytes.subarray(offset, offset + length));
    expect([...live.keys()]).toEqual(ids);
    expect(calls).toEqual(["Bitcast [[1,2,3,4]]", "Dequantize [[1,2,3,4],[-1],[126.5]]"]);
  });

  it("are read through one buffer of the size of the largest, and a truncated file is reported", async () => {
    const file = path.join(work, "weights");
    await writeFile(file, Uint8Array.of(1, 2, 3, 4, 5, 6));
    const weight = (offset: number, length: number) => ({
      op: "w",
      offset,
      shape: [length],
      quantised: { scale: 1, minimum: 0 },
    });
    const handle = await open(file);
    try {
      const weights = [weight(0, 2), weight(2, 4), weight(4, 3)];
      const read = weightReader(handle.fd, { pixels: "p", output: "o", optimised: false, weights, mapped: [] });
      const first = read(0, 2);
      expect([...first]).toEqual([1, 2]);
      expect([...read(2, 4)]).toEqual([3, 4, 5, 6]);
      expect(read(0, 2).buffer).toBe(first.buffer);
      expect(() => read(4, 3)).toThrow("the file ends before byte 7");
    } finally {
      await handle.close();
    }
  });
});

describe("mapped weights", () => {
  const mapped = [
    { op: "a", offset: 0, shape: [1, 1, 2, 3] },
    { op: "b", offset: 64, shape: [2, 2, 1, 1] },
  ];

  it("need a file that ends with the last of them", () => {
    expect([mappedBytes(mapped), mappedBytes([])]).toEqual([68, 0]);
  });

  it("are parts of the mapped file in their own shapes, and every tensor on the way is freed", () => {
    const live = new Map<number, unknown>();
    const add = (value: unknown): number => {
      const id = Math.max(0, ...live.keys()) + 1;
      live.set(id, value);
      return id;
    };
    const addon = {
      TF_INT32: 3,
      TF_ATTR_TYPE: 0,
      TF_ATTR_STRING: 1,
      TF_ATTR_SHAPE: 2,
      createTensor: (_shape: readonly number[], _type: number, values: Int32Array) => add([...values].join(" ")),
      deleteTensor: (id: number) => live.delete(id),
      executeOp: (name: string, attributes: readonly { value: unknown }[], inputs: readonly number[]) => {
        const given = inputs.length > 0 ? inputs.map((id) => live.get(id)) : attributes.map(({ value }) => value);
        return [{ id: add(`${name}(${given.join(", ")})`), shape: [], dtype: 11 }];
      },
    } as unknown as Addon;
    const ids = mapWeights(addon, "/model/weights.bin", mapped);
    expect(ids.map((id) => live.get(id))).toEqual([
      "Reshape(Slice(ImmutableConst(11, 68, /model/weights.bin), 0, 6), 1 1 2 3)",
      "Reshape(Slice(ImmutableConst(11, 68, /model/weights.bin), 64, 4), 2 2 1 1)",
    ]);
    expect(live.size).toBe(2);
  });

  it("map nothing where there are none", () => {
    expect(mapWeights({} as Addon, "/model/weights.bin", [])).toEqual([]);
  });
});

describe("the set-up", () => {
  it("has a wheel with a hash for Linux on both architectures, and for no other system", () => {
    expect([wheelFor("linux", "x64"), wheelFor("linux", "arm64")]).toEqual([
      expect.objectContaining({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      expect.objectContaining({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }),
    ]);
    expect([wheelFor("darwin", "arm64"), wheelFor("win32", "x64")]).toEqual([undefined, undefined]);
  });

  it.each([
    ["a tool that is missing", "no-such-tool", [], "ToolMissing", "install no-such-tool"],
    [
      "a tool that fails",
      process.execPath,
      ["-e", "console.error('why'); process.exit(3)"],
      "DownloadFailed",
      "(3): why",
    ],
    [
      "a full disk",
      process.execPath,
      ["-e", "console.error('No space left on device'); process.exit(1)"],
      "NoSpace",
      "2.5 GB",
    ],
  ] as const)("reports %s", async (_what, command, parameters, code, message) => {
    await expect(run(command, parameters, { code: "DownloadFailed" })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
