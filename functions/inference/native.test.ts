import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { loadNative } from "./native.ts";
import { StartPhases } from "./phases.ts";

/** Tensors and sessions that exist, and what a session returns. */
const state = vi.hoisted(() => ({ tensors: new Set<number>(), sessions: new Set<number>(), fails: false }));

vi.mock("./native/addon.ts", () => {
  let next = 0;
  const add = (to: Set<number>): number => {
    next += 1;
    to.add(next);
    return next;
  };
  const addon = {
    TF_Version: "2.9.1",
    createTensor: () => add(state.tensors),
    deleteTensor: (id: number) => state.tensors.delete(id),
    tensorDataSync: () => Float32Array.of(0.25, 0.75),
    loadSavedModel: () => add(state.sessions),
    deleteSavedModel: (id: number) => state.sessions.delete(id),
    runSavedModel: () => {
      if (state.fails) throw new Error("out of memory");
      return [{ id: add(state.tensors), shape: [1, 2], dtype: 1 }];
    },
  };
  return { loadAddon: () => ({ addon, location: { file: "addon", origin: "cache" } }) };
});

const description = { name: "m", inputSize: 2, scale: 1, offset: 0, output: "probabilities" } as const;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "dlw-native-"));
  const weight = (op: string, offset: number) => ({ op, offset, shape: [1] });
  const signature = { pixels: "p", output: "o", optimised: true, weights: [weight("a", 0), weight("b", 4)] };
  await writeFile(path.join(directory, "native.json"), JSON.stringify(signature));
  await writeFile(path.join(directory, "weights.bin"), Float32Array.of(1, 2));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
beforeEach(() => {
  state.fails = false;
});

const load = () => loadNative({ directory, description }, new StartPhases());

it("an inference leaves no tensor but the weights", async () => {
  const engine = await load();
  expect(state.tensors.size).toBe(2);
  expect([...(await engine.infer(new Uint8Array(12), 1))]).toEqual([0.25, 0.75]);
  expect(state.tensors.size).toBe(2);
  engine.close();
});

it("an inference that fails leaves no tensor but the weights", async () => {
  const engine = await load();
  state.fails = true;
  await expect(engine.infer(new Uint8Array(12), 1)).rejects.toThrow("out of memory");
  expect(state.tensors.size).toBe(2);
  engine.close();
});

it("an engine that is closed leaves neither weights nor its session", async () => {
  const engine = await load();
  expect([state.tensors.size, state.sessions.size]).toEqual([2, 1]);
  engine.close();
  expect([state.tensors.size, state.sessions.size]).toEqual([0, 0]);
});
